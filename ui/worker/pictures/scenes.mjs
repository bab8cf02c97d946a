// Every screen and state of the worker's app, each as a way to get there from an example.
// `viewport`: also looked at as it lies in the hand, not as tall as its content; `inSight`: what has to be seen there without scrolling.

const key = async (page, keys) => {
  for (const one of keys) await page.click(`[data-test="key-${one}"]`)
}

const scan = async (page, code) => {
  await page.fill('[data-test="scan"]', code)
  await page.press('[data-test="scan"]', 'Enter')
  await page.waitForSelector('[data-test="scan-outcome"][data-outcome]')
}

/** Opens the order whose card shows `text`, in one of the lists. */
const open = (text, list = '') => async (page) => {
  if (list) await page.click(`[data-test="tab-${list}"]`)
  await page.locator('[data-test="order-card"]', { hasText: text }).first().click()
  await page.waitForSelector('[data-test="facts"]')
}

const act = async (page) => page.click('[data-test="main-action"]')

const more = (action) => async (page) => {
  await page.click('[data-test="more"]')
  if (action) await page.click(`[data-test="more-${action}"]`)
  else await page.waitForTimeout(400)
}

const steps = (...all) => async (page) => {
  for (const step of all) await step(page)
}

/** The app goes to the background, as far as a page can tell. */
const hide = (page) => page.evaluate(() => {
  Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
  Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
})

const givePin = (pin) => async (page) => {
  await key(page, pin)
  await page.click('[data-test="unlock"]')
}

const setPin = (pin) => async (page) => {
  await key(page, pin)
  await page.click('[data-test="submit-pin"]')
}

// Whatever comes next has to find the page: keys and pasted text go to the document, and are lost where nobody listens yet.
const handOver = steps(open('GD20261121-0038'), act, (page) => page.waitForSelector('[data-test="number-entry"]'))
const working = open('临-7K2QX')

export const scenes = [
  { name: 'list-mine', example: 'day', viewport: true },
  { name: 'list-calm', example: 'calm', viewport: true },
  { name: 'list-team', example: 'day', go: async (page) => page.click('[data-test="tab-team"]') },
  { name: 'list-done', example: 'day', go: async (page) => page.click('[data-test="tab-done"]') },
  { name: 'list-empty', example: 'empty' },
  { name: 'list-empty-team', example: 'empty', go: async (page) => page.click('[data-test="tab-team"]') },
  { name: 'list-never-synchronised', example: 'new' },
  { name: 'list-loading', example: 'slow' },
  { name: 'list-stale', example: 'stale' },
  { name: 'list-failed', example: 'failed' },
  { name: 'list-revoked', example: 'revoked' },
  { name: 'program-silent', example: 'silent' },
  { name: 'enrol', example: 'not-enrolled' },
  {
    name: 'enrol-refused',
    example: 'not-enrolled',
    go: async (page) => {
      await page.fill('[data-test="code"]', 'WRONG')
      await page.fill('[data-test="server-url"]', 'https://plantroom.hospital.example')
      await page.click('[data-test="submit-enrol"]')
      await page.waitForSelector('[data-test="refusal"]')
    },
  },
  { name: 'enrol-logged-out', example: 'logged-out' },
  { name: 'enrol-damaged', example: 'damaged' },
  { name: 'list-store-replaced', example: 'replaced' },
  { name: 'order-assigned', example: 'day', viewport: true, go: open('GD20261121-0042') },
  { name: 'order-accepted', example: 'day', go: open('GD20261121-0033') },
  { name: 'order-working', example: 'day', viewport: true, go: working },
  { name: 'order-more', example: 'day', go: steps(working, more()) },
  { name: 'order-history', example: 'day', go: steps(working, async (page) => page.click('[data-test="show-history"]')) },
  { name: 'order-suspended', example: 'day', go: open('GD20261121-0031') },
  { name: 'order-cancelled', example: 'day', go: open('GD20261121-0021', 'done') },
  { name: 'order-merged', example: 'day', go: open('GD20261121-0019', 'done') },
  { name: 'order-contradictions', example: 'day', go: open('GD20261121-0022', 'done') },
  { name: 'order-cancelled-with-parts', example: 'day', go: open('GD20261121-0020', 'done') },
  { name: 'order-taken-away', example: 'day', go: open('GD20261121-0023', 'team') },
  { name: 'order-of-a-colleague', example: 'day', go: open('GD20261121-0041', 'team') },
  { name: 'order-set-aside', example: 'day', go: open('GD20261121-0024') },
  { name: 'order-held', example: 'day', go: open('GD20261121-0025') },
  { name: 'order-refused', example: 'day', go: open('GD20261121-0026') },
  { name: 'order-confirmation-rejected', example: 'day', go: open('GD20261121-0027') },
  { name: 'order-return-requested', example: 'day', go: open('GD20261121-0028') },
  { name: 'order-done', example: 'day', go: open('GD20261120-0010', 'done') },
  { name: 'scan-recorded', example: 'day', go: steps(working, (page) => scan(page, 'BJ000010')) },
  { name: 'scan-repeated', example: 'day', go: steps(working, (page) => scan(page, 'BJ000008'), async (page) => scan(page, 'BJ000008'), (page) => page.waitForSelector('[data-outcome="repeated"]')) },
  { name: 'scan-ambiguous', example: 'day', go: steps(working, (page) => scan(page, '6904965695674')) },
  { name: 'scan-unknown', example: 'day', go: steps(working, (page) => scan(page, '6900000000000')) },
  { name: 'scan-other-place', example: 'day', go: steps(open('GD20261121-0033'), (page) => scan(page, 'L00042')) },
  { name: 'scan-suggestions', example: 'day', go: steps(working, async (page) => page.fill('[data-test="scan"]', '角阀'), (page) => page.waitForSelector('[data-test="part-suggestion"]')) },
  { name: 'scan-named', example: 'day', go: steps(working, (page) => scan(page, '角阀'), (page) => page.waitForSelector('[data-outcome="named"]')) },
  { name: 'quantity-invalid', example: 'day', go: steps(working, (page) => page.fill('[data-test="quantity"]', '1.5'), (page) => page.waitForSelector('[data-test="quantity-invalid"]')) },
  { name: 'quantity-then-scan', example: 'day', go: steps(working, (page) => page.click('[data-test="quantity"]'), async (page) => page.keyboard.type('３'), (page) => page.waitForSelector('[data-test="quantity"]:not(:focus)'), async (page) => page.keyboard.type('BJ000010\n'), (page) => page.waitForSelector('[data-part="BJ000010"][data-quantity="3"]')) },
  { name: 'labour', example: 'day', go: steps(working, async (page) => page.click('[data-test="add-labour"]'), (page) => page.waitForSelector('[data-test="labour-item"]')) },
  { name: 'labour-none', example: 'day', go: steps(working, async (page) => page.click('[data-test="add-labour"]'), async (page) => page.fill('[data-test="labour-search"]', '没有这种'), (page) => page.waitForSelector('[data-test="labour-none"]')) },
  { name: 'suspend', example: 'day', go: steps(working, more('suspend'), async (page) => page.click('[data-test="cause-parts"]'), async (page) => page.click('[data-test="until-later"]')) },
  { name: 'suspend-until-a-day', example: 'day', go: steps(working, more('suspend'), async (page) => page.click('[data-test="cause-procurement"]'), async (page) => page.click('[data-test="until-date"]'), async (page) => page.fill('[data-test="until-day"]', '2026-12-05')) },
  { name: 'suspend-missing', example: 'day', go: steps(working, more('suspend'), async (page) => page.click('[data-test="submit-suspend"]')) },
  { name: 'give-back', example: 'day', go: steps(working, more('request_return')) },
  { name: 'give-back-missing', example: 'day', go: steps(working, more('request_return'), async (page) => page.click('[data-test="submit-give-back"]')) },
  { name: 'complete', example: 'day', go: steps(working, act, (page) => page.waitForSelector('[data-test="phrase"]')) },
  { name: 'complete-filled', example: 'day', viewport: true, go: steps(open('GD20261121-0042'), act, (page) => page.waitForSelector('[data-action="arrive"]'), act, (page) => page.waitForSelector('[data-action="complete"]'), act, async (page) => page.click('[data-test="phrase"]'), (page) => page.waitForSelector('[data-test="suggested-labour-item"]')) },
  { name: 'complete-missing', example: 'day', go: steps(working, act, async (page) => page.click('[data-test="submit-complete"]')) },
  { name: 'hand-over', example: 'day', viewport: true, inSight: '.key', go: handOver },
  { name: 'hand-over-letters', example: 'day', viewport: true, go: steps(handOver, async (page) => page.click('[data-test="key-letters"]')) },
  { name: 'hand-over-name', example: 'day', viewport: true, inSight: '[data-test="caution"], [data-test="confirmer-department"]', go: steps(handOver, (page) => key(page, '020188'), (page) => page.waitForSelector('[data-test="confirmer"]')) },
  { name: 'hand-over-other-department', example: 'day', viewport: true, go: steps(handOver, (page) => key(page, '020007'), (page) => page.waitForSelector('[data-test="caution"]')) },
  { name: 'hand-over-unknown', example: 'day', viewport: true, go: steps(handOver, (page) => key(page, '029999'), (page) => page.waitForSelector('[data-test="caution"]')) },
  { name: 'hand-over-not-valid', example: 'day', viewport: true, go: steps(handOver, (page) => key(page, '020991'), (page) => page.waitForSelector('[data-test="caution"]')) },
  { name: 'hand-over-maintenance', example: 'day', viewport: true, go: steps(handOver, async (page) => page.keyboard.type('W5588\n'), (page) => page.waitForSelector('[data-test="caution"]')) },
  { name: 'hand-over-own', example: 'day', viewport: true, go: steps(handOver, (page) => key(page, '025518'), (page) => page.waitForSelector('[data-test="own-number"]')) },
  { name: 'hand-over-badge', example: 'day', go: steps(handOver, (page) => key(page, ['1', 'erase']), async (page) => page.keyboard.type('020188\n'), (page) => page.waitForSelector('[data-test="confirmer"]')) },
  { name: 'hand-over-badge-of-another', example: 'day', go: steps(handOver, (page) => key(page, '020188'), (page) => page.waitForSelector('[data-test="confirmer"]'), async (page) => page.keyboard.type('020007\n'), (page) => page.waitForSelector('[data-test="caution"]')) },
  {
    name: 'hand-over-pasted',
    example: 'day',
    go: steps(handOver, (page) => page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', '０２０ １８８ ')
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }))
    }), (page) => page.waitForSelector('[data-test="confirmer"]')),
  },
  { name: 'hand-over-already', example: 'day', go: steps(open('GD20261120-0010', 'done'), async (page) => page.evaluate(() => (location.hash += '/hand-over')), (page) => page.waitForSelector('[data-test="handed-over"]')) },
  { name: 'hand-over-too-early', example: 'day', go: steps(working, async (page) => page.evaluate(() => (location.hash += '/hand-over')), (page) => page.waitForSelector('[data-test="order-screen"][data-node="in_progress"]')) },
  { name: 'hand-over-in-english', example: 'day', viewport: true, go: steps(handOver, async (page) => page.click('[data-test="language"]'), (page) => page.waitForSelector(':lang(en) [data-test="number-entry"]')) },
  { name: 'hand-over-reason', example: 'day', viewport: true, go: steps(handOver, (page) => key(page, '020188'), async (page) => page.click('[data-test="refuse"]'), async (page) => page.click('[data-test="usual-reason"]')) },
  { name: 'hand-over-thanks', example: 'day', go: steps(handOver, (page) => key(page, '020188'), async (page) => page.click('[data-test="confirm"]'), (page) => page.waitForSelector('[data-test="handed-over"]')) },
  {
    name: 'hand-over-refused',
    example: 'day',
    go: steps(handOver, (page) => key(page, '020188'), async (page) => page.click('[data-test="refuse"]'), async (page) => page.click('[data-test="usual-reason"]'), async (page) => page.click('[data-test="submit-refusal"]'), (page) => page.waitForSelector('[data-test="handed-over"]')),
  },
  { name: 'create', example: 'day', go: async (page) => page.click('[data-test="create-order"]') },
  {
    name: 'create-filled',
    example: 'day',
    go: async (page) => {
      await page.click('[data-test="create-order"]')
      await page.waitForSelector('[data-test="place-search"]:focus')
      await page.keyboard.type('L00017')
      await page.keyboard.press('Enter')
      await page.waitForSelector('[data-test="place-chosen"]')
      await page.click('[data-test="fault"]')
      // Charged there before, and so offered: changed here.
      await page.waitForTimeout(100)
      if (await page.locator('[data-test="department-change"]').count()) await page.click('[data-test="department-change"]')
      await page.fill('[data-test="department-search"]', '心血管')
      await page.click('[data-test="department-found"]')
      await page.click('[data-test="caller"]')
    },
  },
  {
    name: 'create-again',
    example: 'day',
    go: async (page) => {
      await page.click('[data-test="create-order"]')
      await page.click('[data-test="fault"]')
      await page.fill('[data-test="description"]', '水池下面一直滴水')
      await page.goBack()
      await page.click('[data-test="create-order"]')
      await page.waitForSelector('[data-test="fault"][aria-pressed="true"]')
      await page.reload()
      await page.waitForFunction(() => document.querySelector('[data-test="description"]')?.value === '水池下面一直滴水')
    },
  },
  { name: 'create-missing', example: 'day', go: steps(async (page) => page.click('[data-test="create-order"]'), async (page) => page.click('[data-test="submit-create"]')) },
  { name: 'create-nothing-found', example: 'day', go: steps(async (page) => page.click('[data-test="create-order"]'), async (page) => page.fill('[data-test="place-search"]', '没有这楼'), (page) => page.waitForSelector('[data-test="place-none"]')) },
  { name: 'synchronisation', example: 'day', go: async (page) => page.click('[data-test="status-line"]') },
  { name: 'synchronisation-engineer', example: 'day', go: steps(async (page) => page.click('[data-test="status-line"]'), async (page) => page.click('[data-test="for-engineer"]')) },
  { name: 'enrol-moving', example: 'day', go: steps(async (page) => page.click('[data-test="status-line"]'), async (page) => page.click('[data-test="for-engineer"]'), async (page) => page.click('[data-test="move-server"]'), (page) => page.waitForSelector('[data-notice="moving"]')) },
  { name: 'synchronisation-trouble', example: 'trouble', go: steps(async (page) => page.click('[data-test="status-line"]'), (page) => page.waitForSelector('[data-test="attention"] [data-test="order-card"]')) },
  { name: 'synchronisation-offline', example: 'offline', go: steps(async (page) => page.click('[data-test="status-line"]'), async (page) => page.click('[data-test="sync-now"]'), (page) => page.waitForSelector('[data-test="refusal"]')) },
  { name: 'log-out-warning', example: 'day', go: steps(async (page) => page.click('[data-test="status-line"]'), async (page) => page.click('[data-test="log-out"]'), (page) => page.waitForTimeout(500)) },
  { name: 'enrol-store-gone', example: 'store-gone' },
  { name: 'lost-acknowledged', example: 'trouble', go: steps(async (page) => page.click('[data-test="status-line"]'), async (page) => page.click('[data-test="acknowledge-lost"]'), (page) => page.waitForSelector('[data-notice="lost"]', { state: 'detached' })) },
  { name: 'pin-first', example: 'no-pin', viewport: true, inSight: '.key' },
  { name: 'pin-again', example: 'no-pin', go: steps(setPin('2580'), (page) => key(page, '25')) },
  { name: 'pin-differs', example: 'no-pin', viewport: true, inSight: '.key', go: steps(setPin('2580'), setPin('2581'), (page) => page.waitForSelector('[data-test="pin-differs"]')) },
  { name: 'pin-unfit', example: 'no-pin', viewport: true, inSight: '.key', go: steps(setPin('1234'), setPin('1234'), (page) => page.waitForSelector('[data-test="pin-unfit"]')) },
  { name: 'pin-set', example: 'no-pin', go: steps(setPin('2580'), async (page) => page.keyboard.type('2580\n'), (page) => page.waitForSelector('[data-test="orders-screen"]')) },
  { name: 'pin-change', example: 'day', go: steps(async (page) => page.click('[data-test="status-line"]'), async (page) => page.click('[data-test="change-pin"]'), setPin('1111'), setPin('1470'), setPin('1470'), (page) => page.waitForSelector('[data-test="pin-wrong"]')) },
  { name: 'locked', example: 'locked', viewport: true, inSight: '.key' },
  { name: 'locked-wrong', example: 'locked', viewport: true, inSight: '.key', go: steps(givePin('1470'), (page) => page.waitForSelector('[data-test="pin-wrong"]')) },
  { name: 'locked-waiting', example: 'locked', viewport: true, inSight: '.key', go: steps(givePin('1470'), (page) => page.waitForSelector('[data-test="pin-wrong"]'), givePin('1470'), (page) => page.waitForSelector('[data-test="pin-wait"]')) },
  { name: 'locked-blocked', example: 'blocked', viewport: true, inSight: '[data-test="forgot-pin"]' },
  { name: 'locked-forgotten', example: 'locked', go: steps(async (page) => page.click('[data-test="forgot-pin"]'), (page) => page.waitForSelector('[data-notice="forgotten"]')) },
  { name: 'locked-by-hand', example: 'day', go: steps(async (page) => page.click('[data-test="status-line"]'), async (page) => page.click('[data-test="lock-now"]'), (page) => page.waitForSelector('[data-test="lock-screen"]')) },
  { name: 'locked-while-handed-over', example: 'day', viewport: true, inSight: '.key', go: steps(handOver, (page) => key(page, '0201'), hide, (page) => page.waitForSelector('[data-test="lock-screen"]')) },
  { name: 'hand-over-after-the-lock', example: 'day', go: steps(handOver, (page) => key(page, '0201'), hide, (page) => page.waitForSelector('[data-test="lock-screen"]'), givePin('2580'), (page) => page.waitForSelector('[data-test="staff-no"][data-value="0201"]')) },
  { name: 'locked-english', example: 'locked', viewport: true, inSight: '.key', go: async (page) => page.click('[data-test="language"]') },
  { name: 'pin-first-english', example: 'no-pin', viewport: true, inSight: '.key', go: async (page) => page.click('[data-test="language"]') },
  { name: 'english', example: 'day', go: steps(async (page) => page.click('[data-test="status-line"]'), async (page) => page.click('[data-test="language"]'), async (page) => page.click('[data-test="back"]'), working) },
]
