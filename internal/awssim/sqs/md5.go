package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// digest is MD5OfBody.
func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// digestOf is MD5OfMessageAttributes: the MD5 of the attributes in the order of their names, each as its name, its
// type and its value. A length of four bytes goes before each, and before the value a byte that says whether it is
// text (1) or binary (2). (Developer guide, "Calculating the MD5 message digest for message attributes".) It is empty
// when there are none.
func digestOf(attributes map[string]world.MessageAttribute) string {
	if len(attributes) == 0 {
		return ""
	}
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		b = withLength(b, []byte(name))
		b = withLength(b, []byte(a.Type))
		if isBinary(a.Type) {
			b = withLength(append(b, 2), a.Binary)
		} else {
			b = withLength(append(b, 1), []byte(a.Text))
		}
	}
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

func withLength(b, value []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(value))), value...)
}

// isBinary reports whether a type, which may have a label, is Binary.
func isBinary(dataType string) bool {
	base, _, _ := strings.Cut(dataType, ".")
	return base == "Binary"
}
