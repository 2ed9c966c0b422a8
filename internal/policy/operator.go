package policy

import (
	"cmp"
	"strconv"
	"strings"
)

// operator compares a value of a request with one of a policy.
type operator struct {
	fits    func(have, said string, r reading) Answer
	negated bool
}

// operatorOf finds an operator by its name, without what stands before and behind it.
func operatorOf(name string) (operator, bool) {
	positive := strings.Replace(name, "Not", "", 1)
	fits, ok := operators[positive]
	return operator{fits, positive != name}, ok
}

// operators are those that can be decided, by their positive names. Those of binary values are not among them.
var operators = map[string]func(have, said string, r reading) Answer{
	"StringEquals":           texty(false, false),
	"StringEqualsIgnoreCase": texty(false, true),
	"StringLike":             texty(true, false),
	"Bool":                   texty(false, true),
	"ArnEquals":              arn,
	"ArnLike":                arn,
	"NumericEquals":          numeric(func(order int) bool { return order == 0 }),
	"NumericLessThan":        numeric(func(order int) bool { return order < 0 }),
	"NumericLessThanEquals":  numeric(func(order int) bool { return order <= 0 }),
	"NumericGreaterThan":     numeric(func(order int) bool { return order > 0 }),

	"NumericGreaterThanEquals": numeric(func(order int) bool { return order >= 0 }),
	"DateEquals":               date(func(order int) bool { return order == 0 }),
	"DateLessThan":             date(func(order int) bool { return order < 0 }),
	"DateLessThanEquals":       date(func(order int) bool { return order <= 0 }),
	"DateGreaterThan":          date(func(order int) bool { return order > 0 }),
	"DateGreaterThanEquals":    date(func(order int) bool { return order >= 0 }),
	"IpAddress":                address,
	"Null":                     nil,
}

func texty(wildcards, fold bool) func(have, said string, r reading) Answer {
	return func(have, said string, r reading) Answer {
		r.wildcards, r.fold = wildcards, fold
		return r.value(have).fits(r.read(said))
	}
}

func arn(have, said string, r reading) Answer {
	r.wildcards = true
	asked, pattern := r.value(have), r.read(said)
	return arnFits(asked, pattern)
}

func numeric(holds func(order int) bool) func(have, said string, r reading) Answer {
	return func(have, said string, _ reading) Answer {
		a, err := strconv.ParseFloat(have, 64)
		b, err2 := strconv.ParseFloat(said, 64)
		if err != nil || err2 != nil || a != a || b != b {
			return Maybe
		}
		return yesIf(holds(cmp.Compare(a, b)))
	}
}

// date compares instants that are written alike: in seconds since 1970, or to the second in UTC.
func date(holds func(order int) bool) func(have, said string, r reading) Answer {
	return func(have, said string, r reading) Answer {
		const shape = "0000-00-00T00:00:00Z"
		if isShaped(have, shape) && isShaped(said, shape) {
			return yesIf(holds(strings.Compare(have, said)))
		}
		return numeric(holds)(have, said, r)
	}
}

// isShaped reports whether a text has digits where a shape has zeroes, and else what the shape has.
func isShaped(text, shape string) bool {
	if len(text) != len(shape) {
		return false
	}
	for i := range len(text) {
		isDigit := text[i] >= '0' && text[i] <= '9'
		if isDigit != (shape[i] == '0') || !isDigit && text[i] != shape[i] {
			return false
		}
	}
	return true
}

// address compares addresses of IPv4 with a range; others are not decided.
func address(have, said string, _ reading) Answer {
	network, bits, ranged := strings.Cut(said, "/")
	length := 32
	if ranged {
		n, err := strconv.Atoi(bits)
		if err != nil || n < 0 || n > 32 {
			return Maybe
		}
		length = n
	}
	a, ok := ipv4(have)
	b, ok2 := ipv4(network)
	if !ok || !ok2 {
		return Maybe
	}
	return yesIf(uint64(a)>>(32-length) == uint64(b)>>(32-length))
}

func ipv4(text string) (uint32, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 4 {
		return 0, false
	}
	var a uint32
	for _, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return 0, false
		}
		a = a<<8 | uint32(n)
	}
	return a, true
}
