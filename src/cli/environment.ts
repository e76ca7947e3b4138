// The environment as templates see it, so that no value of it is ever compiled or printed.

export type Environment = Readonly<Record<string, string | undefined>>;

// A shorter value is no secret, and hiding it would blot out messages.
const SHORTEST_HIDDEN = 3;

export type WatchedEnvironment = {
  readonly env: Environment;
  /** The text with every value that was read so far as `${NAME}`. */
  readonly hide: (text: string) => string;
};

/** The real values, remembered as they are read. */
export function watchedEnvironment(real: Environment): WatchedEnvironment {
  const read = new Map<string, string>();
  const env = new Proxy(real, {
    get(values, name) {
      const value = typeof name === "string" ? values[name] : undefined;
      if (typeof name === "string" && value !== undefined && value.length >= SHORTEST_HIDDEN) {
        read.set(name, value);
      }
      return value;
    },
  });
  return {
    env,
    hide(text) {
      const longestFirst = [...read].sort(([, a], [, b]) => b.length - a.length);
      return longestFirst.reduce((shown, [name, value]) => shown.replaceAll(value, `\${${name}}`), text);
    },
  };
}

/** For compiling: every variable is set, to `${NAME}`. So compiled files hold no secret and are the same on any machine. */
export const PLACEHOLDERS: Environment = new Proxy<Record<string, string | undefined>>(
  {},
  {
    get: (_, name) => `\${${String(name)}}`,
    getOwnPropertyDescriptor: (_, name) => ({
      value: `\${${String(name)}}`,
      configurable: true,
      enumerable: true,
    }),
  },
);
