import type { Ground } from './ground';
import type { Row } from './row';

/** Something that is measured by itself. */
export interface Part {
  /** As it is named on the command line. */
  name: string;
  /** What it measures, in a line. */
  about: string;
  /** Measured only where it is named, because it takes long. */
  isLong?: true;
  /** It can be measured on a cluster as well. */
  isForCluster?: true;
  /** Gives each row as soon as it is measured. */
  measure: (ground: Ground) => AsyncGenerator<Row, void, undefined>;
}
