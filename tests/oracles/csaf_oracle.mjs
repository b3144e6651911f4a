// SPDX-License-Identifier: Apache-2.0
// Judge CSAF 2.0 documents with the validator library of secvisogram, as a second opinion.
//
// node csaf_oracle.mjs NODE_MODULES LIST
//   NODE_MODULES  the folder that holds @secvisogram/csaf-validator-lib 2.0
//   LIST          a file that names one JSON file on each line
// prints one line of JSON for each: {"valid": true, "failed": ["6.1.7", ...], "crashed": [...]}.
// Tests that follow links or check spelling (6.3.6, 6.3.7, 6.3.8) are left out.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, list] = process.argv.slice(2)
const library = resolve(modules, '@secvisogram', 'csaf-validator-lib')
const load = (name) => import(pathToFileURL(resolve(library, name)).href)

const { csaf_2_0: schema } = await load('schemaTests.js')
const groups = await Promise.all(['mandatoryTests.js', 'optionalTests.js', 'informativeTests.js'].map(load))
const skipped = new Set(['6.3.6', '6.3.7', '6.3.8'])
const tests = [['schema', schema]]
for (const [name, test] of groups.flatMap((group) => Object.entries(group))) {
  const number = name.replace(/^[a-zA-Z]+_/, '').replaceAll('_', '.')
  if (!skipped.has(number)) tests.push([number, test])
}

for (const path of readFileSync(list, 'utf-8').split('\n').filter(Boolean)) {
  const document = JSON.parse(readFileSync(path, 'utf-8'))
  const verdict = { valid: true, failed: [], crashed: [] }
  for (const [number, test] of tests) {
    try {
      const result = await test(document)
      if (result.isValid === false) verdict.valid = false
      const found = [result.errors, result.warnings, result.infos].some((messages) => messages?.length)
      if (found || result.isValid === false) verdict.failed.push(number)
    } catch (error) {
      // The library expects that the schema holds; where it does not, its tests may stumble.
      verdict.crashed.push(number)
    }
  }
  console.log(JSON.stringify(verdict))
}
