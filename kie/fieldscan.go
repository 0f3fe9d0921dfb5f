package kie

import "bytes"

// A fieldScan goes through valid JSON without decoding it.
type fieldScan struct {
	doc []byte
	pos int
}

// object calls visit with the name of each field of the object that comes next,
// as it is written. visit may read the value; if it does not, it is skipped. It
// skips what is no object.
func (s *fieldScan) object(visit func(name []byte)) {
	if s.peek() != '{' {
		s.skip()
		return
	}
	s.pos++
	for s.peek() == '"' {
		start := s.pos + 1
		s.skipString()
		name := s.doc[start : s.pos-1]
		s.peek()
		s.pos++ // the colon
		value := s.pos
		visit(name)
		if s.pos == value {
			s.skip()
		}
		if s.peek() == ',' {
			s.pos++
		}
	}
	s.pos++
}

// list calls visit for each entry of the list that comes next. visit has to read
// or skip it. It skips what is no list.
func (s *fieldScan) list(visit func()) {
	if s.peek() != '[' {
		s.skip()
		return
	}
	s.pos++
	for c := s.peek(); c != ']' && c != 0; c = s.peek() {
		visit()
		if s.peek() == ',' {
			s.pos++
		}
	}
	s.pos++
}

// atNull reports whether the next value is null. It does not move.
func (s *fieldScan) atNull() bool {
	return bytes.HasPrefix(bytes.TrimLeft(s.doc[s.pos:], " \t\r\n"), []byte("null"))
}

// peek goes to what comes next but white space, and returns it; 0 at the end.
func (s *fieldScan) peek() byte {
	for ; s.pos < len(s.doc); s.pos++ {
		switch c := s.doc[s.pos]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// skip goes to the end of the next value.
func (s *fieldScan) skip() {
	s.peek()
	for depth := 0; s.pos < len(s.doc); s.pos++ {
		switch s.doc[s.pos] {
		case '"':
			s.skipString()
			s.pos-- // the loop goes on behind it
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return
			}
		case ',':
			if depth == 0 {
				return
			}
		}
	}
}

// skipString goes to the end of the string that begins here.
func (s *fieldScan) skipString() {
	s.pos++
	for s.pos < len(s.doc) {
		end := bytes.IndexByte(s.doc[s.pos:], '"')
		if end < 0 {
			s.pos = len(s.doc)
			return
		}
		s.pos += end + 1
		if escapes := bytes.TrimRight(s.doc[:s.pos-1], `\`); (s.pos-1-len(escapes))%2 == 0 {
			return
		}
	}
}
