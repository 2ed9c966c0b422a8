package intake

// nowhere is the place of a value that is not there.
const nowhere = -1

// field answers the place of an object's field, or nowhere. All the fields are looked at: one that is
// there twice is noted, since whoever reads the other one reads another event.
func (t *tape) field(in int, name string) int {
	if in == nowhere || t.values[in].kind != object {
		return nowhere
	}
	found := nowhere
	for i := in + 1; i < int(t.values[in].next); i = int(t.values[i].next) {
		if string(t.values[i].key) != name {
			continue
		}
		if found != nowhere {
			t.twice = true
		}
		found = i
	}
	return found
}

// path follows fields.
func (t *tape) path(in int, names ...string) int {
	for _, name := range names {
		in = t.field(in, name)
	}
	return in
}

// text answers what the text at a place says, and "" for anything that is not one. It is good until
// the tape is read anew.
func (t *tape) text(at int) []byte {
	if at == nowhere || t.values[at].kind != text {
		return nil
	}
	return t.values[at].text
}

// is reports whether there is a value of a kind at a place.
func (t *tape) is(at int, kind byte) bool {
	return at != nowhere && t.values[at].kind == kind
}

// absent reports whether there is nothing, or null, at a place.
func (t *tape) absent(at int) bool {
	return at == nowhere || t.values[at].kind == null
}
