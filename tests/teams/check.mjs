// Validates cards and the app package against Microsoft's packages, and prints each error on one line.
//   node check.mjs cards FILE [SCHEMA]   FILE: a JSON array of Adaptive Cards;
//                                        SCHEMA: the JSON schema of Adaptive Cards 1.5, optional
//   node check.mjs manifest FILE
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const formats = require('ajv-formats').default;
const [kind, file, schemaFile] = process.argv.slice(2);
const read = name => JSON.parse(fs.readFileSync(name, 'utf8'));
const wrong = [];

function compile(schema) {
  const isDraft4 = schema.$schema.includes('draft-04');
  const ajv = new (require(isDraft4 ? 'ajv-draft-04' : 'ajv').default)({ strict: false });
  formats(ajv);
  if (!isDraft4) {
    ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
    // The keyword of draft 4.
    delete schema.id;
  }
  return ajv.compile(schema);
}

if (kind === 'cards') {
  const { AdaptiveCard, SerializationContext, Versions } = require('adaptivecards/dist/adaptivecards.js');
  const bySchema = schemaFile ? compile(read(schemaFile)) : null;
  read(file).forEach((card, n) => {
    const context = new SerializationContext(Versions.v1_5);
    const parsed = new AdaptiveCard();
    parsed.parse(card, context);
    for (let i = 0; i < context.eventCount; i++) wrong.push(`card ${n}: ${context.getEventAt(i).message}`);
    // Microsoft's parser drops unknown properties; a valid card is serialised without a loss.
    const count = value => JSON.stringify(value).split('"type":').length;
    const back = parsed.toJSON();
    if (count(back) < count(card)) wrong.push(`card ${n}: the parser kept ${count(back) - 1} of ${count(card) - 1} elements`);
    // A property of Teams that the schema lacks.
    delete card.msteams;
    if (bySchema && !bySchema(card)) wrong.push(`card ${n}: ${bySchema.errors.map(error => `${error.instancePath} ${error.message}`).slice(0, 5).join('; ')}`);
  });
} else {
  const manifest = read(file);
  const root = path.dirname(require.resolve('@microsoft/app-manifest/package.json'));
  const schema = read(`${root}/build/json-schemas/teams/v${manifest.manifestVersion}/MicrosoftTeams.schema.json`);
  const validate = compile(schema);
  if (!validate(manifest)) wrong.push(...validate.errors.map(error => `manifest ${error.instancePath} ${error.message}`));
}
for (const line of wrong) console.log(line);
process.exit(wrong.length ? 1 : 0);
