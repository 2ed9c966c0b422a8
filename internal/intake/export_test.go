package intake

// IsJSON is what FuzzTape compares with encoding/json.
func IsJSON(body []byte) (ok, deep bool) {
	var t tape
	ok = t.read(body)
	return ok, t.deep
}

// Calls are the calls of the directory that are known, by their sources.
func Calls() map[string][]string {
	all := map[string][]string{}
	for source, calls := range directory {
		for name := range calls {
			all[source] = append(all[source], name)
		}
	}
	return all
}

// Writes are the calls of QuickSight that write who is where.
func Writes() []string { return writes }

// Nobody are those that concern nobody's place.
func Nobody() []string { return nobody }

// ParkedOn is how many things keys are parked on.
func (q *Queue) ParkedOn() int { return len(q.parked) }
