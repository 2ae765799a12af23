import type { FieldScanner } from '../../../detect/detector.ts';
import type { MaskingPolicy } from '../../../policy/masking-policy.ts';
import { compileJsonPath, type JsonPath, type JsonPathStep } from '../../../wire/json/json-path.ts';
import type { AppliedRule, NameRules } from '../field-rules.ts';
import type { JsonKey } from './key-table.ts';
import { PlaceKernel } from './place-kernel.ts';
import { type PlaceRole, roleOf } from './place-role.ts';

/** Limits of JSON bodies. */
export interface JsonLimits {
  /** Objects and arrays inside each other. */
  readonly depthMax: number;
  /** Bytes of one string, key or number that has to be held whole. */
  readonly valueSizeMax: number;
  /** Skips a byte order mark. */
  readonly allowsByteOrderMark: boolean;
}

/** What happens to the values at a place. */
export type PlacePlan =
  /** The value is masked without looking, whatever it is. */
  | { readonly action: 'mask'; readonly rule: AppliedRule }
  /** Detectors look into it; `undefined`: none can fire in a text, or in a number, there. */
  | {
      readonly action: 'scan';
      readonly text: FieldScanner | undefined;
      readonly number: FieldScanner | undefined;
    }
  | { readonly action: 'forward' };

// Paths come from the other side of the wire, so what is kept has a limit.
const PLACES_MAX = 4096;
// What of a path gives context to detectors, and how long a key is kept.
const NAMES_MAX = 16;
const NAME_LENGTH_MAX = 128;

interface PathRule extends AppliedRule {
  readonly path: JsonPath;
}

/**
 * Rules and detectors by place in a document. Places are made when a document first leads to them and kept
 * for all documents of the same kind, so that a value costs no matching of paths.
 */
export class JsonPlaces implements NameRules {
  /** The place of a whole document. */
  readonly root: JsonPlace;
  /** Whether detectors look into values. */
  readonly scans: boolean;
  /** Whether any rule names values. */
  readonly hasRules: boolean;
  /** Elements of an array from this one on are alike for every rule. */
  readonly elementsApart: number;
  readonly #createKernel: () => PlaceKernel | undefined;
  // `null`: not yet asked for.
  #kernel: PlaceKernel | undefined | null = null;
  readonly #policy: MaskingPolicy;
  readonly #pathRules: readonly PathRule[];
  #count = 0;

  /** @throws {PolicyError} WIREMASK_ERR_POLICY for a path that cannot be read. */
  constructor(
    policy: MaskingPolicy,
    limits: JsonLimits,
    createKernel: typeof PlaceKernel.create = PlaceKernel.create,
  ) {
    this.#policy = policy;
    this.scans = policy.engine !== undefined;
    this.hasRules = policy.fieldRules.some(({ target }) => target.kind !== 'header');
    this.#pathRules = policy.fieldRules.flatMap(({ id, masker, target }) =>
      target.kind === 'path' ? target.paths.map((path) => ({ id, masker, path: compileJsonPath(path) })) : [],
    );
    const indexes = this.#pathRules.flatMap(({ path }) => [...path.text.matchAll(/\[(\d+)\]/g)]);
    this.elementsApart = Math.max(0, ...indexes.map(([, index]) => Number(index) + 1));
    this.root = new JsonPlace(this, []);
    this.#createKernel = () => createKernel({ ...limits, elementsApart: this.elementsApart });
  }

  /** Whether nothing is masked in documents at all. */
  get isTransparent(): boolean {
    return !this.hasRules && !this.scans;
  }

  /** Reads documents ahead, made for the first one; `undefined` where the runtime cannot. */
  get kernel(): PlaceKernel | undefined {
    if (this.#kernel === null) {
      this.#kernel = this.#createKernel();
      this.#kernel?.learn(this.root);
    }
    return this.#kernel;
  }

  ruleFor(name: string): AppliedRule | undefined {
    const lower = name.toLowerCase();
    return this.#policy.fieldRules.find(({ target }) => target.kind === 'name' && target.matches(lower));
  }

  /** @returns Whether there is room to keep one more place. */
  keep(): boolean {
    if (this.#count >= PLACES_MAX) return false;
    this.#count++;
    return true;
  }

  /** @returns What happens to values that these steps lead to. */
  planFor(steps: readonly JsonPathStep[]): PlacePlan {
    const names = steps
      .filter((step) => typeof step === 'string')
      .slice(-NAMES_MAX)
      .map((name) => name.slice(0, NAME_LENGTH_MAX));
    const last = steps.at(-1);
    const byName = typeof last === 'string' ? this.ruleFor(last) : undefined;
    const rule = byName ?? this.#pathRules.find(({ path }) => path.matches(steps));
    if (rule !== undefined) return { action: 'mask', rule };
    const { engine } = this.#policy;
    if (engine === undefined) return { action: 'forward' };
    const field = { name: names.at(-1) ?? '', path: names.slice(0, -1) };
    return {
      action: 'scan',
      text: engine.scannerFor({ ...field, kind: 'text' }),
      number: engine.scannerFor({ ...field, kind: 'number' }),
    };
  }
}

/** A key of the objects at a place, and the place of its value. */
export interface PlaceEntry {
  readonly key: JsonKey;
  readonly place: JsonPlace;
  /** Position in the order in which the keys of the place were first met. */
  readonly index: number;
  /** Whether the kernel has been told of it. */
  isLearnt: boolean;
  /** Its number there; 0: it has none. */
  number: number;
}

/** A place in documents: what its values are, and the places below it. */
export class JsonPlace {
  readonly steps: readonly JsonPathStep[];
  readonly plan: PlacePlan;
  readonly role: PlaceRole;
  /** Keys in the order of the first object: that of the next one is most often the same. */
  readonly entries: PlaceEntry[] = [];
  /** Its number in the kernel; 0: it has none. */
  number = 0;
  readonly #places: JsonPlaces;
  readonly #byKey = new Map<string, PlaceEntry>();
  readonly #byName = new Map<string, JsonPlace>();
  readonly #elements: (JsonPlace | undefined)[] = [];

  constructor(places: JsonPlaces, steps: readonly JsonPathStep[]) {
    this.#places = places;
    this.steps = steps;
    this.plan = places.planFor(steps);
    this.role = roleOf(steps);
  }

  /** @returns The entry of a key; it is kept while there is room. */
  entry(key: JsonKey): PlaceEntry {
    const known = this.#byKey.get(key.text);
    if (known !== undefined) return known;
    const place = this.named(key.text);
    const entry = { key, place, index: this.entries.length, isLearnt: false, number: 0 };
    if (key.text.length <= NAME_LENGTH_MAX && this.#places.keep()) {
      this.#byKey.set(key.text, entry);
      this.entries.push(entry);
    }
    return entry;
  }

  /** @returns The place of a value that goes by a name: a key, the name beside it, or a column. */
  named(name: string): JsonPlace {
    let place = this.#byName.get(name);
    if (place === undefined) {
      place = new JsonPlace(this.#places, [...this.steps, name]);
      if (name.length <= NAME_LENGTH_MAX && this.#places.keep()) this.#byName.set(name, place);
    }
    return place;
  }

  /** @returns The place of an element. */
  element(index: number): JsonPlace {
    const step = Math.min(index, this.#places.elementsApart);
    let place = this.#elements[step];
    if (place === undefined) {
      place = new JsonPlace(this.#places, [...this.steps, step]);
      if (this.#places.keep()) {
        this.#elements[step] = place;
        this.#places.kernel?.learnElement(this, step, place);
      }
    }
    return place;
  }
}
