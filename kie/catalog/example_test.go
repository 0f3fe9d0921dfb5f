package catalog_test

import (
	"errors"
	"fmt"

	"kie-mcp/kie/catalog"
)

func Example() {
	model, err := catalog.Lookup("wan/2-5-text-to-video")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.Summary())
	err = model.Check([]byte(`{"prompt": "a fox in the snow", "duration": 5, "aspectRatio": "16:9"}`))
	fault, _ := errors.AsType[*catalog.Error](err)
	for _, f := range fault.Faults {
		fmt.Println(f.Message)
	}
	// Output:
	// wan/2-5-text-to-video (video): needs duration, prompt
	// duration must be a string, not a number: write "5", not 5
	// there is no aspectRatio: did you mean aspect_ratio?
}

func ExampleFind() {
	for _, model := range catalog.Find("wan 2.5", "video") {
		fmt.Println(model.Summary())
	}
	// Output:
	// wan/2-5-image-to-video (video): needs duration, image_url, prompt
	// wan/2-5-text-to-video (video): needs duration, prompt
}
