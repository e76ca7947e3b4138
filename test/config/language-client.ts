// Drives yaml-language-server as an editor does: JSON-RPC over its standard input and output, without network.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

type Message = {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
};

export type EditorDiagnostic = {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
};

export type EditorItem = { readonly label: string; readonly documentation?: unknown };

const URI = "file:///project/identity.yml";

/** An editor with one open file, `identity.yml`, to which `schema` (a file URL) applies. */
export class LanguageClient {
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #settings: object;
  readonly #answers = new Map<number, (result: unknown) => void>();
  #published: (diagnostics: readonly EditorDiagnostic[]) => void = () => {};
  #buffer = Buffer.alloc(0);
  #lastId = 0;
  #version = 0;

  private constructor(schema: string) {
    const home = dirname(createRequire(import.meta.url).resolve("yaml-language-server/package.json"));
    this.#settings = {
      schemas: { [schema]: "identity.yml" },
      schemaStore: { enable: false },
      validate: true,
      completion: true,
      hover: true,
    };
    this.#server = spawn(process.execPath, [join(home, "bin", "yaml-language-server"), "--stdio"]);
    this.#server.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  static async start(schema: string): Promise<LanguageClient> {
    const client = new LanguageClient(schema);
    const capabilities = {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: false } },
      textDocument: { completion: { completionItem: { snippetSupport: true } }, publishDiagnostics: {} },
    };
    await client.#request("initialize", { processId: process.pid, rootUri: null, capabilities });
    client.#notify("initialized", {});
    client.#notify("workspace/didChangeConfiguration", { settings: {} });
    return client;
  }

  /** Opens the file with this text, or changes it to it, and waits for what the server has against it. */
  show(text: string): Promise<readonly EditorDiagnostic[]> {
    const published = new Promise<readonly EditorDiagnostic[]>((resolve) => {
      this.#published = resolve;
    });
    this.#version += 1;
    if (this.#version === 1) {
      const textDocument = { uri: URI, languageId: "yaml", version: 1, text };
      this.#notify("textDocument/didOpen", { textDocument });
    } else {
      const textDocument = { uri: URI, version: this.#version };
      this.#notify("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
    }
    return published;
  }

  /** What the server offers at a place; line and character count from 0. */
  async complete(line: number, character: number): Promise<readonly EditorItem[]> {
    const params = { textDocument: { uri: URI }, position: { line, character } };
    const result = (await this.#request("textDocument/completion", params)) as {
      items?: EditorItem[];
    } | null;
    return result?.items ?? [];
  }

  /** What the server says about the word at a place. */
  async hover(line: number, character: number): Promise<string> {
    const params = { textDocument: { uri: URI }, position: { line, character } };
    return JSON.stringify(await this.#request("textDocument/hover", params));
  }

  stop(): void {
    this.#server.kill();
  }

  #request(method: string, params: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    this.#send({ jsonrpc: "2.0", id, method, params });
    return answer;
  }

  #notify(method: string, params: object): void {
    this.#send({ jsonrpc: "2.0", method, params });
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify(message));
    this.#server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#server.stdin.write(body);
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const head = this.#buffer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.toString("utf8", 0, head))?.[1] ?? 0);
      const end = head + 4 + length;
      if (this.#buffer.length < end) return;
      const body = this.#buffer.toString("utf8", head + 4, end);
      this.#buffer = this.#buffer.subarray(end);
      this.#handle(JSON.parse(body) as Message);
    }
  }

  #handle(message: Message): void {
    if (message.method === undefined) {
      if (typeof message.id === "number") this.#answers.get(message.id)?.(message.result);
    } else if (message.id !== undefined) {
      this.#send({ jsonrpc: "2.0", id: message.id, result: this.#answerTo(message) });
    } else if (message.method === "textDocument/publishDiagnostics") {
      this.#published((message.params as { diagnostics: EditorDiagnostic[] }).diagnostics);
    }
  }

  /** The server asks its editor for settings by section. */
  #answerTo({ method, params }: Message): unknown {
    if (method !== "workspace/configuration") return null;
    const { items } = params as { items: readonly { section?: string }[] };
    return items.map(({ section }) => (section === "yaml" ? this.#settings : null));
  }
}
