// How many decimals an amount of a currency has.

/** ISO 4217's minor unit (JPY has none), for amounts that come without their own exponent; two when nobody says. */
export function toCurrencyDigits(currency: string | null): number {
  if (currency === null) return 2;
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
