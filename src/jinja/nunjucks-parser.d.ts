// The one internal module of nunjucks that we call: its parser. Its types cover the public API only.
declare module "nunjucks/src/parser.js" {
  const parser: {
    parse(source: string, extensions: readonly object[], options: object): unknown;
  };
  export default parser;
}
