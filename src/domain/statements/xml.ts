import { SaxesParser } from 'saxes';
import type { Limits } from './limits.ts';
import { StatementRefused, type StatementRefusal } from './refused.ts';

/** An element, with its children as far as they were not taken away when they closed. */
export interface Element {
  readonly name: string;
  readonly parent: Element | undefined;
  /** Among its siblings of that name, from 1; nothing for names that do not repeat. */
  readonly index: number | undefined;
  /** Nobody reads it or anything in it. */
  readonly skipped: boolean;
  text: string;
  readonly currency: string | undefined;
  readonly children: Element[];
  counts: Map<string, number> | undefined;
}

export interface Handlers {
  /** The root element's namespace: throws when it is not known. */
  root(namespace: string, name: string): void;
  /** Is the element, of the root's namespace, read at all? */
  wanted(name: string): boolean;
  /** Do several of that name stand side by side? Then the path counts them. */
  repeats(name: string): boolean;
  opened(element: Element): void;
  /** `true` when it was dealt with and its parent need not keep it. */
  closed(element: Element): boolean;
  /** Characters in wanted elements. */
  characters(count: number): void;
}

/** Where an element stands: `/Document/BkToCstmrStmt/Stmt[1]/Ntry[3]/Amt`. */
export function pathOf(element: Element | undefined): string {
  const steps: string[] = [];
  for (let at = element; at; at = at.parent)
    steps.unshift(at.index === undefined ? at.name : `${at.name}[${at.index}]`);
  return `/${steps.join('/')}`;
}

/** A name may be shown only where a schema may have given it. */
const shown = (local: string) => (/^[A-Za-z0-9]{1,40}$/.test(local) ? local : '*');

/**
 * Reads XML without document types, thus without entities of the file's own, external or not. Elements are built up and handed on as they
 * close; what a handler takes is not kept, so that memory holds what is open and no more.
 */
export class XmlReader {
  readonly #parser = new SaxesParser({ xmlns: true, position: false });
  readonly #handlers: Handlers;
  readonly #limits: Limits;
  #top: Element | undefined;
  #depth = 0;
  #namespace: string | undefined;
  #rootClosed = false;
  #ending = false;
  #written = 0;
  /** Where the last tag or text ended, in characters. */
  #last = 0;

  constructor(handlers: Handlers, limits: Limits) {
    this.#handlers = handlers;
    this.#limits = limits;
    const parser = this.#parser;
    parser.on('error', () => {
      // The parser's message may quote the file; the place says enough.
      this.#bound(this.#parser.position);
      if (this.#ending) throw this.#refused('truncated');
      throw this.#refused(this.#rootClosed ? 'after-the-end' : 'not-well-formed');
    });
    parser.on('doctype', () => {
      this.#bound(parser.position);
      throw this.#refused('doctype');
    });
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) throw this.#refused('encoding-unsupported');
    });
    parser.on('comment', () => this.#bound(parser.position));
    parser.on('processinginstruction', () => this.#bound(parser.position));
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('opentag', ({ local, uri, attributes }) => this.#open(local, uri, attributes['Ccy']?.value));
    parser.on('closetag', () => this.#close());
  }

  write(text: string): void {
    this.#parser.write(text);
    this.#bound((this.#written += text.length)); // the parser's own position is right only while it parses
  }

  end(): void {
    this.#ending = true;
    this.#parser.close();
  }

  #refused(code: StatementRefusal): StatementRefused {
    return new StatementRefused(code, pathOf(this.#top));
  }

  /** Nothing between two tags is longer than the limit, and no tag, complete or not: the parser holds it. */
  #bound(position: number): void {
    if (position - this.#last > this.#limits.textChars) throw this.#refused('text-too-long');
  }

  #advance(): void {
    this.#bound(this.#parser.position);
    this.#last = this.#parser.position;
  }

  #text(text: string): void {
    this.#advance();
    if (!this.#top || this.#top.skipped) return;
    this.#handlers.characters(text.length);
    if (this.#top.children.length === 0) this.#top.text += text; // no element of the schemas has both
  }

  #open(local: string, uri: string, currency: string | undefined): void {
    this.#advance();
    const parent = this.#top;
    if (this.#namespace === undefined) this.#handlers.root((this.#namespace = uri), local);
    if (++this.#depth > this.#limits.depth) throw this.#refused('too-deep');
    const ours = uri === this.#namespace;
    const name = ours ? shown(local) : '*';
    let index = undefined;
    if (parent && this.#handlers.repeats(name)) {
      parent.counts ??= new Map();
      parent.counts.set(name, (index = (parent.counts.get(name) ?? 0) + 1));
    }
    const skipped = parent?.skipped === true || !ours || !this.#handlers.wanted(name);
    const element: Element = { name, parent, index, skipped, text: '', currency, children: [], counts: undefined };
    this.#top = element;
    if (!skipped) this.#handlers.opened(element);
  }

  #close(): void {
    this.#advance();
    const element = this.#top;
    if (!element) return;
    if (!element.skipped && !this.#handlers.closed(element)) element.parent?.children.push(element);
    this.#top = element.parent;
    this.#depth -= 1;
    if (!element.parent) this.#rootClosed = true;
  }
}
