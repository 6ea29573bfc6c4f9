// How many decimals an amount of a currency has. Intl differs from ISO 4217 (IDR), and its first use takes half a CLI call.

/** ISO 4217's minor units other than two. */
const codesOfDigits = [
  { digits: 0, codes: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF" },
  { digits: 3, codes: "BHD IQD JOD KWD LYD OMR TND" },
  { digits: 4, codes: "CLF UYW" },
] as const;

/** For amounts that come without their own exponent; two when nobody says. */
export function toCurrencyDigits(currency: string | null): number {
  if (currency === null) return 2;
  return codesOfDigits.find(({ codes }) => codes.split(" ").includes(currency))?.digits ?? 2;
}
