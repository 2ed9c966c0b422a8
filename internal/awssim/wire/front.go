package wire

// A Front is a Service whose requests carry no signature of AWS: it knows its requests by their address, and who
// calls by means of its own. Besides that, a call of it goes the way of any other.
type Front interface {
	Service

	// Takes reports whether r is addressed to this front. Fronts are asked before the signature is looked at. Like
	// Route it reads nothing that changes.
	Takes(r *Request) bool

	// Recognise finds out who calls, and writes it to r.Caller and r.Region, or gives the error for somebody who is
	// nobody. It is called with the world locked.
	Recognise(r *Request) *Error
}
