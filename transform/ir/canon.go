package ir

import (
	"go/token"
	"go/types"
)

// TypeKey returns the same text for identical types, also of two variants of a package.
func TypeKey(t types.Type) string { return types.TypeString(canon(t), nil) }

// canon strips the names of parameters, and of aliases: byte is uint8.
func canon(t types.Type) types.Type {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() < types.UntypedBool && t.Kind() != types.Invalid {
			return types.Typ[t.Kind()]
		}
		return t
	case *types.Signature:
		return canonSignature(t)
	case *types.Pointer:
		return types.NewPointer(canon(t.Elem()))
	case *types.Slice:
		return types.NewSlice(canon(t.Elem()))
	case *types.Array:
		return types.NewArray(canon(t.Elem()), t.Len())
	case *types.Map:
		return types.NewMap(canon(t.Key()), canon(t.Elem()))
	case *types.Chan:
		return types.NewChan(t.Dir(), canon(t.Elem()))
	case *types.Struct:
		return canonStruct(t)
	case *types.Interface:
		return canonInterface(t)
	case *types.Named:
		return canonNamed(t)
	default:
		return t
	}
}

func canonSignature(t *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, canonTuple(t.Params()), canonTuple(t.Results()), t.Variadic())
}

func canonTuple(t *types.Tuple) *types.Tuple {
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		vars[i] = types.NewParam(token.NoPos, nil, "", canon(t.At(i).Type()))
	}
	return types.NewTuple(vars...)
}

func canonStruct(t *types.Struct) types.Type {
	var fields []*types.Var
	var tags []string
	for i := range t.NumFields() {
		f := t.Field(i)
		fields = append(fields, types.NewField(token.NoPos, f.Pkg(), f.Name(), canon(f.Type()), f.Embedded()))
		tags = append(tags, t.Tag(i))
	}
	return types.NewStruct(fields, tags)
}

// canonInterface leaves constraints as they are: they are no types of values.
func canonInterface(t *types.Interface) types.Type {
	if !t.IsMethodSet() {
		return t
	}
	var methods []*types.Func
	for i := range t.NumMethods() {
		m := t.Method(i)
		methods = append(methods, types.NewFunc(token.NoPos, m.Pkg(), m.Name(), canonSignature(m.Signature())))
	}
	return types.NewInterfaceType(methods, nil).Complete()
}

func canonNamed(t *types.Named) types.Type {
	if t.TypeArgs().Len() == 0 {
		return t
	}
	var args []types.Type
	for a := range t.TypeArgs().Types() {
		args = append(args, canon(a))
	}
	inst, err := types.Instantiate(nil, t.Origin(), args, false)
	if err != nil {
		return t
	}
	return inst
}
