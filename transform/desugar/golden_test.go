package desugar_test

import (
	"testing"

	"github.com/greengen/greengen/transform/internal/passtest"
)

func TestGoldens(t *testing.T) { passtest.Run(t, "desugar") }
