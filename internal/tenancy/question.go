package tenancy

// Question is something that the pure rooms would have to know, and that no pass reads for
// everyone. They answer a list of questions; whoever called them reads the answers for those few,
// puts them into the State, and calls again.
type Question struct {
	Kind      QuestionKind
	Namespace Namespace
	User      UserName // "" where it is about the namespace, or a move
	Person    PersonID // whose move it is about; "" otherwise
	Asset     AssetRef // the zero AssetRef where it is about none
}

// QuestionKind says what is asked.
type QuestionKind string

// What is asked.
const (
	// NamespaceTags asks for Tenant.Tags: who founded the tenant, and when.
	NamespaceTags QuestionKind = "namespace-tags"
	// WhoIsBehind asks for the Person of a registration, by its tag.
	WhoIsBehind QuestionKind = "who-is-behind"
	// WhatTheyOwn asks for Tenant.Holdings of a user.
	WhatTheyOwn QuestionKind = "what-they-own"
	// WhatTheyHold asks for Tenant.Holdings of a user, the Whole of them.
	WhatTheyHold QuestionKind = "what-they-hold"
	// WhatIsParked asks for the Holdings of a Parking.
	WhatIsParked QuestionKind = "what-is-parked"
	// WhoMaySee asks for the Offer of an asset.
	WhoMaySee QuestionKind = "who-may-see"
	// WhatIsSeen asks for the Data of an Offer.
	WhatIsSeen QuestionKind = "what-is-seen"
	// WhoseItIs asks for the Tags of an Offer.
	WhoseItIs QuestionKind = "whose-it-is"
)
