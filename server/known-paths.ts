/** The server's paths with their methods: tells "nothing there" from "there, by another method". */
export class KnownPaths {
  private readonly paths = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  /** @param path as Fastify writes it, `/purchases/:requestId` */
  add(path: string, methods: string | readonly string[]): void {
    const known = this.paths.get(path) ?? { pattern: patternOf(path), methods: new Set() };
    [methods].flat().forEach((method) => known.methods.add(method));
    this.paths.set(path, known);
  }

  /** The methods that a path has; none when there is no such path. */
  methodsOf(url: string): string[] {
    const [path = ''] = url.split('?');
    return [...this.paths.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap(({ methods }) => [...methods])
      .sort();
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
}
