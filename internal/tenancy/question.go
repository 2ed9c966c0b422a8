package tenancy

// Question is something that the pure rooms would have to know, and that no pass reads for
// everyone. They answer a list of questions; whoever called them reads the answers for those few,
// puts them into the State, and calls again.
type Question struct {
	Kind      QuestionKind
	Namespace Namespace
}

// QuestionKind says what is asked.
type QuestionKind string

// NamespaceTags asks for Tenant.Tags: who founded the tenant, and when.
const NamespaceTags QuestionKind = "namespace-tags"
