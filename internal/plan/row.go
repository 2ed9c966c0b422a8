package plan

// Row is a row of a table in which a journal is kept: plain data between package journal, which knows what it means, and
// package awsapi, which knows where it is. The zero Row is none.
type Row struct {
	// Key is the row's place within the journal. Keys sort as their bytes do.
	Key string
	// Seq, Sum and At are the number and the sum of the newest record that the row knows of, and the youngest time of
	// all records up to it, in microseconds since 1970.
	Seq int64
	Sum []byte
	At  int64
	// Body is what package journal makes of it; awsapi does not look into it.
	Body []byte
}

// RowRange says which rows of a journal are meant: those with keys from one to another, both included.
type RowRange struct {
	From, To string
	// NewestFirst turns their order around.
	NewestFirst bool
	// Limit is the most that are wanted at once, 0 for as many as an answer has room for.
	Limit int
}
