import { ask } from '../backend/ask'
import type { ListFilter, OrderSummary } from '../backend/types'

const PAGE = 200
const MOST_PAGES = 20

/** The orders with steps that are set aside or held and that nobody has looked at; stops looking when `wanted` are found, for each has at least one. */
export async function findTroubled(wanted: number): Promise<OrderSummary[]> {
  const found: OrderSummary[] = []
  for await (const page of pagesOf('attention')) {
    found.push(...page.filter((order) => order.undecided))
    if (found.length >= wanted) return found
  }
  return found
}

async function* pagesOf(filter: ListFilter): AsyncGenerator<readonly OrderSummary[]> {
  let after: string | null = null
  for (let count = 0; count < MOST_PAGES; count++) {
    // Each page is found by the end of the one before.
    // oxlint-disable-next-line no-await-in-loop
    const page: { orders: OrderSummary[]; next: string | null } = await ask({ do: 'list_orders', filter, limit: PAGE, ...(after === null ? {} : { after }) })
    yield page.orders
    after = page.next
    if (after === null) return
  }
}
