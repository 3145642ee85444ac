import { type Quantiles, type Random, seededRandom, weighted, wholeBelow, wholeFrom } from '../random.ts';
import type { RetailCharge, RetailLine, RetailOrder } from './order.ts';

/**
 * Orders made to the measure of 2010-12 (1,550 orders, 41,315 goods lines, 2,779 SKUs). The tables are its quantiles:
 *
 * |                       | 10 % | 25 % |  50 % |  75 % |  90 % |   95 % |   99 % |   most |
 * | lines an order        |    1 |    5 |    13 |    26 |    50 |     68 |    473 |    674 |
 * | pieces a line         |    1 |    1 |     2 |     8 |    18 |     24 |     96 |  2,880 |
 * | pence a piece         |   85 |  145 |   255 |   425 |   847 |  1,102 |  1,995 | 29,500 |
 * | pounds of goods       |   30 |  126 |   257 |   411 |   921 |  1,689 |  5,695 | 18,746 |
 *
 * 93 % of the orders go to the United Kingdom, 9.5 % carry a charge, 9.6 % hold the same line twice. Cheap things are
 * bought by the dozen and dear ones by the piece, so the pieces are drawn by price. 1,550 made orders have about 44,000
 * lines and 440,000 pieces and the median in pounds is 250; the few large ones make them worth half as much again as the real.
 */
const LINES: Quantiles = [
  [0, 1],
  [0.1, 1],
  [0.25, 5],
  [0.5, 13],
  [0.75, 26],
  [0.9, 50],
  [0.95, 68],
  [0.98, 138],
  [0.99, 473],
  [1, 674],
];
const PRICE: Quantiles = [
  [0, 7],
  [0.1, 85],
  [0.25, 145],
  [0.5, 255],
  [0.75, 425],
  [0.9, 847],
  [0.95, 1_102],
  [0.99, 1_995],
  [0.999, 3_575],
  [1, 29_500],
];
const CHEAP_MINOR = 195; // 40 % of the lines
const PIECES_CHEAP: Quantiles = [
  [0, 1],
  [0.1, 1],
  [0.25, 2],
  [0.5, 6],
  [0.75, 12],
  [0.9, 24],
  [0.95, 48],
  [0.99, 144],
  [0.999, 480],
  [1, 2_880],
];
const PIECES_DEAR: Quantiles = [
  [0, 1],
  [0.3, 1],
  [0.5, 2],
  [0.75, 4],
  [0.9, 9],
  [0.95, 14],
  [0.99, 40],
  [0.999, 200],
  [1, 1_488],
];

const COUNTRIES: readonly (readonly [number, string])[] = [
  [1_440, 'United Kingdom'],
  [29, 'Germany'],
  [20, 'France'],
  [17, 'EIRE'],
  [44, 'Belgium'], // stands for the 19 others
];

/** Of 1,550 orders, and from the lowest to the highest amount. None is negative in that month's orders. */
const CHARGES: readonly (readonly [number, { code: string; pence: Quantiles }])[] = [
  [
    62,
    {
      code: 'POST',
      pence: [
        [0, 1_500],
        [0.25, 1_800],
        [0.5, 5_400],
        [0.75, 9_000],
        [1, 24_000],
      ],
    },
  ],
  [
    54,
    {
      code: 'DOT',
      pence: [
        [0, 2_953],
        [0.25, 18_237],
        [0.5, 51_079],
        [0.75, 64_186],
        [1, 95_099],
      ],
    },
  ],
  [
    29,
    {
      code: 'M',
      pence: [
        [0, 42],
        [0.25, 125],
        [0.5, 255],
        [0.75, 1_190],
        [1, 3_540],
      ],
    },
  ],
  [
    9,
    {
      code: 'C2',
      pence: [
        [0, 5_000],
        [1, 5_000],
      ],
    },
  ],
];
const CHARGED = 147 / 1_550;

const SKUS = 2_779;
const CATALOGUE_SEED = 2_010;

/** What is for sale: the same in every made day, so that several days draw on one stock. */
export const MADE_CATALOGUE: readonly { readonly sku: string; readonly unitPriceMinor: number }[] = (() => {
  const random = seededRandom(CATALOGUE_SEED);
  return Array.from({ length: SKUS }, (_, n) => ({
    sku: `${20_000 + n}${n % 5 === 0 ? 'ABCDE'.charAt((n / 5) % 5) : ''}`,
    unitPriceMinor: wholeFrom(random, PRICE),
  }));
})();

/** The same seed gives the same orders, and fewer orders are the first of more. Ids are `ord_<seed>_<n>`, n from 1. */
export function madeDay(seed: number, orders: number): RetailOrder[] {
  const random = seededRandom(seed);
  return Array.from({ length: orders }, (_, n) => madeOrder(random, `ord_${seed}_${n + 1}`));
}

function madeOrder(random: Random, orderId: string): RetailOrder {
  const lines = Array.from({ length: wholeFrom(random, LINES) }, () => madeLine(random));
  const charges: RetailCharge[] = [];
  if (random() < CHARGED) {
    const { code, pence } = weighted(random, CHARGES);
    charges.push({ code, amountMinor: wholeFrom(random, pence) });
  }
  // One order in ten holds a line twice, for which nobody knows the reason and everybody needs the goods.
  const twice = random() < 0.096 ? lines[wholeBelow(random, lines.length)] : undefined;
  if (twice) lines.push({ ...twice });
  const country = weighted(random, COUNTRIES);
  return { orderId, currency: 'GBP', lines, charges, shipTo: { country }, payment: { method: 'pm_card_visa' } };
}

function madeLine(random: Random): RetailLine {
  // The 100 most wanted SKUs are on 22 % of the real lines and the first 500 on 59 %; here on 26 % and 50 %.
  const wanted = MADE_CATALOGUE[Math.floor(SKUS * random() ** 2.5)];
  if (!wanted) throw new RangeError('the catalogue is empty');
  const { sku, unitPriceMinor } = wanted;
  const quantity = wholeFrom(random, unitPriceMinor <= CHEAP_MINOR ? PIECES_CHEAP : PIECES_DEAR);
  return { sku, quantity, unitPriceMinor };
}
