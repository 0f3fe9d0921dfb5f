package ledger

import (
	"strconv"
	"strings"
)

// maxExponent bounds the exponents that are computed with. Beyond it, where no
// real input is, numbers are compared as they are written.
const maxExponent = 1_000_000_000

// canonicalNumber returns the number in text, which is valid JSON, as its
// digits without zeros around them and a power of ten: 120.50 is 1205e-1, and
// whole numbers of up to 21 digits are written out: 12e1 is 120.
func canonicalNumber(text string) string {
	mantissa, exponentText := text, "0"
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponentText = text[:i], text[i+1:]
	}
	unsigned, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(unsigned, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return "0" // so is -0
	}
	exponent, err := strconv.Atoi(exponentText)
	if err != nil || exponent > maxExponent || exponent < -maxExponent {
		return text
	}
	exponent -= len(fraction)
	short := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(short)

	var sign, power string
	if negative {
		sign = "-"
	}
	switch {
	case exponent >= 0 && len(short)+exponent <= 21:
		short += strings.Repeat("0", exponent)
	case exponent != 0:
		power = "e" + strconv.Itoa(exponent)
	}
	return sign + short + power
}
