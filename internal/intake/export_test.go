package intake

// IsJSON is what FuzzTape compares with encoding/json.
func IsJSON(body []byte) (ok, deep bool) {
	var t tape
	ok = t.read(body)
	return ok, t.deep
}
