package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

const (
	maxBytes    = 10 << 20
	maxTenants  = 100_000
	maxShares   = 100
	maxPatterns = 1_000
)

// source reads the bytes as one plain YAML document, and answers its root, or nil when there is
// nothing that could be looked at further.
func (r *report) source(data []byte) *yaml.Node {
	if !r.readable(data) {
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		r.empty()
		return nil
	case err != nil:
		r.syntax(data, err)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		r.add(Error, second.Line, second.Column, "a second document begins here",
			"a configuration is one YAML document; what stands behind a `---` line would be read by nobody",
			"put everything into one document, and take out this line")
		return nil
	case !errors.Is(err, io.EOF):
		r.syntax(data, err)
		return nil
	}
	return r.plain(&document)
}

// plain answers the root of a document that has no aliases, anchors, merge keys or tags.
func (r *report) plain(document *yaml.Node) *yaml.Node {
	if len(document.Content) != 1 || document.Content[0].Tag == "!!null" {
		r.empty()
		return nil
	}
	root := document.Content[0]
	before := len(r.problems)
	r.refuse(root)
	if len(r.problems) > before {
		return nil
	}
	if root.Kind != yaml.MappingNode {
		r.add(Error, root.Line, root.Column, "the file is "+kindOf(root)+", not a mapping of keys",
			"a configuration begins with keys such as version: and tenants:", "begin the file with `version: 1`")
		return nil
	}
	return root
}

func (r *report) empty() {
	r.add(Error, 1, 1, "the configuration is empty", "there is nothing in it but blank lines and comments",
		"write a starting file with `tenantry config init`")
}

// refuse reports everything in the tree that could make it mean something else than it shows.
func (r *report) refuse(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		r.add(Error, n.Line, n.Column, "the alias *"+n.Value+" is not taken",
			"an alias hides what a line means, and a few of them can unfold into billions of lines", "write the value out")
	case n.Anchor != "":
		r.add(Error, n.Line, n.Column, "the anchor &"+n.Anchor+" is not taken",
			"anchors are there for aliases, and aliases are not taken", "take out &"+n.Anchor)
	case n.Tag == "!!merge":
		r.add(Error, n.Line, n.Column, "the merge key << is not taken",
			"it brings in keys that do not show where they count", "write the keys out")
	case n.Style&yaml.TaggedStyle != 0:
		r.add(Error, n.Line, n.Column, "the tag "+n.Tag+" is not taken",
			"every key has one type already, and a tag would change how its value reads", "take out the tag, and put a text in quotes")
	}
	for _, c := range n.Content {
		r.refuse(c)
	}
}

// readable reports whether the bytes are UTF-8 text of a reasonable size.
func (r *report) readable(data []byte) bool {
	if len(data) > maxBytes {
		r.add(Error, 0, 0, fmt.Sprintf("the file is larger than 10 MB (%d bytes)", len(data)),
			"no configuration is that large, so this is another file or a broken one", "check the path, or write patterns instead of one rule a group")
		return false
	}
	if name, ok := byteOrderMark(data); ok {
		r.add(Error, 1, 1, "the file begins with a "+name+" byte order mark",
			"a configuration is plain UTF-8", "save the file as UTF-8 without a byte order mark (BOM)")
		return false
	}
	if at := firstUnreadable(data); at >= 0 {
		line, column := placeOf(data, at)
		r.unreadable(data[at:], line, column)
		return false
	}
	return true
}

func (r *report) unreadable(rest []byte, line, column int) {
	c, size := utf8.DecodeRune(rest)
	switch {
	case c == utf8.RuneError && size <= 1:
		r.add(Error, line, column, fmt.Sprintf("byte 0x%02x is not UTF-8", rest[0]),
			"the file was saved in another encoding, such as Latin-1", "save the file as UTF-8")
	case c == 0:
		r.add(Error, line, column, "the file holds a NUL byte", "it was saved as UTF-16, or it is no text file", "save the file as UTF-8")
	default:
		r.add(Error, line, column, fmt.Sprintf("the file holds the control character U+%04X", c),
			"it cannot be seen, and YAML does not take it", "delete the character")
	}
}

func byteOrderMark(data []byte) (name string, ok bool) {
	for _, mark := range []struct{ bytes, name string }{
		{"\xff\xfe\x00\x00", "UTF-32"}, {"\x00\x00\xfe\xff", "UTF-32"},
		{"\xff\xfe", "UTF-16"}, {"\xfe\xff", "UTF-16"}, {"\xef\xbb\xbf", "UTF-8"},
	} {
		if strings.HasPrefix(string(data[:min(len(data), 4)]), mark.bytes) {
			return mark.name, true
		}
	}
	return "", false
}

// firstUnreadable is the offset of the first byte that no YAML text has, -1 when there is none.
func firstUnreadable(data []byte) int {
	for at := 0; at < len(data); {
		c, size := utf8.DecodeRune(data[at:])
		if c == utf8.RuneError && size <= 1 || !yamlCharacter(c) {
			return at
		}
		at += size
	}
	return -1
}

func yamlCharacter(c rune) bool {
	switch {
	case c == '\t' || c == '\n' || c == '\r' || c == 0x85:
		return true
	case c < 0x20 || 0x7f <= c && c < 0xa0 || c == 0xfeff || c == 0xfffe || c == 0xffff:
		return false
	}
	return true
}

// placeOf is the line and the column, in characters and from 1, of an offset.
func placeOf(data []byte, at int) (line, column int) {
	before := data[:at]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
