import { readOptions } from './options';
import { start } from './start';

/** `npm start`: what `wonce start` is, in a clone. */
void start(readOptions(process.argv));
