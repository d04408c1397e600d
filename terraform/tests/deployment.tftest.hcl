mock_provider "aws" {
  source = "./tests/mocks"
}

run "defaults" {
  command = apply
}
