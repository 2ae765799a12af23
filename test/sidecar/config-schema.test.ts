import { describe, expect, test } from 'vitest';
import { configJsonSchema, schemaAt } from '../../sidecar/config/schema.ts';

describe('configJsonSchema', () => {
  // Run vitest with -u to write the file again after a change of the schema.
  test('docs/schema/wiremask.schema.json is current', async () => {
    const text = JSON.stringify(configJsonSchema(), null, 2) + '\n';
    await expect(text).toMatchFileSnapshot('../../docs/schema/wiremask.schema.json');
  });

  test('every key is described for editors', () => {
    const missing: string[] = [];
    const visit = (node: ReturnType<typeof configJsonSchema>, path: string): void => {
      if (node.description === undefined && path !== '') missing.push(path);
      for (const [key, child] of Object.entries(node.properties ?? {})) visit(child, `${path}.${key}`);
      if (node.items?.properties !== undefined) visit(node.items, `${path}[]`);
    };
    visit(configJsonSchema(), '');
    expect(missing).toEqual([]);
  });

  test('every block refuses unknown keys', () => {
    const open: string[] = [];
    const visit = (node: ReturnType<typeof configJsonSchema>, path: string): void => {
      if (node.properties !== undefined && node.additionalProperties !== false) open.push(path);
      for (const [key, child] of Object.entries(node.properties ?? {})) visit(child, `${path}.${key}`);
      if (node.items !== undefined) visit(node.items, `${path}[]`);
    };
    visit(configJsonSchema(), '');
    expect(open).toEqual([]);
  });
});

describe('schemaAt', () => {
  test('follows keys and list entries, and ends at what is unknown', () => {
    const schema = configJsonSchema();
    expect(schemaAt(schema, ['listeners', 3, 'upstream', 'port'])?.type).toBe('integer');
    expect(schemaAt(schema, ['listeners', 3, 'nothing', 'port'])).toBeUndefined();
    expect(schemaAt(schema, ['constructor'])).toBeUndefined();
  });
});
