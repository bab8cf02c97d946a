// Takes a picture of every screen and state, light and dark, phone and desk, at 100 % and 200 % text, and runs axe on each.
// npm run pictures -- [--only NAME,NAME] [--looks NAME,NAME] [--into FOLDER]; into target/pictures/screens unless told. Chromium by PLANTROOM_CHROMIUM, else /usr/bin/chromium.
// Ends with 1 when axe finds something or a scene cannot be reached.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { chromium } from 'playwright-core'
import { build, preview } from 'vite'

import { scenes } from './scenes.mjs'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const EXAMPLE_NOW = Date.UTC(2026, 10, 21, 2, 20)
const here = dirname(fileURLToPath(import.meta.url))
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

const USAGE = 'npm run pictures -- [--only NAME,NAME] [--looks NAME,NAME] [--into FOLDER]'
const asked = readArguments()

const sizes = [
  { size: 'phone', width: 390, height: 844 },
  { size: 'desk', width: 1440, height: 900 },
]
/** Scenes with `viewport` are also taken as they lie in the hand: no more of them than the screen shows. */
const inHand = [
  { size: 'hand', width: 390, height: 844, text: 100 },
  { size: 'hand', width: 390, height: 844, text: 200 },
  { size: 'turned', width: 844, height: 390, text: 100 },
  { size: 'turned', width: 844, height: 390, text: 200 },
  { size: 'small', width: 320, height: 568, text: 100 },
].map((look) => ({ ...look, colours: 'light', isInHand: true, name: `${look.size}-${look.text}` }))
const whole = sizes.flatMap((size) => ['light', 'dark'].flatMap((colours) => [100, 200].map((text) => ({ ...size, colours, text, name: `${size.size}-${colours}-${text}` }))))
const looks = [...whole, ...inHand]
const wantedLooks = looks.filter((look) => !asked.looks || asked.looks.split(',').includes(look.name))
const wantedScenes = scenes.filter((scene) => !asked.only || asked.only.split(',').some((part) => scene.name.includes(part)))

/** What is asked for; a line that is not understood ends with the usage, as `--help` does. */
function readArguments() {
  const options = { only: { type: 'string' }, looks: { type: 'string' }, into: { type: 'string', default: join(here, '..', '..', '..', 'target', 'pictures', 'screens') }, help: { type: 'boolean' } }
  try {
    const { values } = parseArgs({ options })
    if (!values.help) return values
    console.log(USAGE)
    process.exit(0)
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`)
    process.exit(64)
  }
}

/** A browser of its own for each scene: the language and the drafts of one are not those of the next. */
async function takeOne(address, scene, look) {
  const context = await browser.newContext({ viewport: { width: look.width, height: look.height }, colorScheme: look.colours, locale: 'zh-CN', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' })
  const page = await context.newPage()
  // Long: how busy the machine is says nothing about the screens.
  page.setDefaultTimeout(60_000)
  const wrong = []
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`))
  page.on('console', (message) => message.type() === 'warning' && message.text().includes('[') && wrong.push(message.text().slice(0, 200)))
  try {
    await page.clock.setFixedTime(EXAMPLE_NOW)
    if (look.text !== 100) await page.addInitScript((percent) => addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = `${(1.125 * percent) / 100 * 16}px`)), look.text)
    await page.goto(`${address}?example=${scene.example}`)
    await page.waitForSelector('[data-test$="-screen"], [data-test="retry-opening"]')
    if (scene.example !== 'slow') await page.waitForTimeout(120)
    await scene.go?.(page)
    await page.waitForTimeout(200)
    // As tall as its content, so that nothing stands over anything else.
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    if (!look.isInHand) await page.setViewportSize({ width: look.width, height: Math.max(height, look.height) })
    if (scene.inSight) wrong.push(...(await outOfSight(page, look, scene.inSight)))
    await page.screenshot({ path: join(resolve(asked.into), look.name, `${scene.name}.png`) })
    wrong.push(...(await overflow(page)), ...(await smallTargets(page, look)), ...(await accessibility(page)))
  } catch (thrown) {
    wrong.push(`not reached: ${String(thrown).split('\n')[0]}`)
  } finally {
    await context.close()
  }
  return wrong.map((what) => `${look.name} ${scene.name}: ${what}`)
}

/** What the person needs without scrolling. */
async function outOfSight(page, look, selector) {
  if (!look.isInHand) return []
  const lowest = await page.evaluate((wanted) => Math.max(...[...document.querySelectorAll(wanted)].map((element) => element.getBoundingClientRect().bottom)), selector)
  return lowest <= look.height ? [] : [`${selector} reaches to ${Math.round(lowest)} px of ${look.height}`]
}

async function accessibility(page) {
  await page.addScriptTag({ path: axe })
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  return violations.map((found) => `axe ${found.id}: ${found.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`)
}

async function overflow(page) {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  return beyond > 1 ? [`wider than the screen by ${beyond} px`] : []
}

/** Everything that is tapped is at least 48 px high and wide at normal text. */
async function smallTargets(page, look) {
  if (look.text !== 100) return []
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('button, a, input, textarea, summary')]
      .filter((element) => element.checkVisibility() && !element.closest('.for-screen-readers'))
      .map((element) => ({ box: element.getBoundingClientRect(), name: element.dataset.test ?? element.tagName }))
      .filter(({ box }) => box.height < 47.5 || box.width < 47.5)
      .map(({ box, name }) => `${name} ${Math.round(box.width)}×${Math.round(box.height)}`),
  )
  return small.map((what) => `small target: ${what}`)
}

// A development build, because only that has the examples.
process.env.NODE_ENV = 'development'
const root = join(here, '..')
const outDir = await mkdtemp(join(tmpdir(), 'plantroom-pictures-'))
await build({ root, mode: 'development', logLevel: 'warn', build: { outDir, emptyOutDir: true } })
const server = await preview({ root, logLevel: 'warn', build: { outDir }, preview: { port: 0, host: '127.0.0.1' } })
const address = server.resolvedUrls.local[0]
const browser = await chromium.launch({ executablePath: process.env.PLANTROOM_CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })
const found = []
let taken = 0
for (const look of wantedLooks) {
  await mkdir(join(resolve(asked.into), look.name), { recursive: true })
  const seen = wantedScenes.filter((scene) => scene.viewport || !look.isInHand)
  for (const scene of seen) {
    const wrong = await takeOne(address, scene, look)
    for (const what of wrong) console.log(what)
    found.push(...wrong)
  }
  taken += seen.length
  console.log(`${look.name}: ${seen.length} pictures`)
}
await browser.close()
await server.close()
await rm(outDir, { recursive: true })
console.log(`${taken} pictures in ${resolve(asked.into)}, ${found.length} findings`)
process.exitCode = found.length === 0 ? 0 : 1
