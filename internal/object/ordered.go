package object

// An Object is a JSON object whose members keep their order: a part of a document
// that is otherwise a struct.
type Object []Member

// Add adds a member, whose value is encoded as Encode does it.
func (o *Object) Add(name string, value any) {
	*o = append(*o, Member{Name: name, Value: Encode(value)})
}

// MarshalJSON writes the members in their order; none is {}.
func (o Object) MarshalJSON() ([]byte, error) { return AppendObject(nil, o), nil }
