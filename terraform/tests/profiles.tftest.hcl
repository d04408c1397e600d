# Profiles beside the configuration (variables_profiles.tf).
mock_provider "aws" {
  source = "./tests/mocks"
}

run "none" {
  command = plan

  assert {
    condition     = length(aws_s3_object.managed_profiles) == 0 && !contains(keys(local.settings), "MANAGED_PROFILES")
    error_message = "Without profiles, there is no object, and no function is told of one."
  }
}

run "files_and_texts" {
  command = apply
  variables {
    profiles = {
      shop  = { document = "../profiles/shop.json", tenants = ["acme", "globex"], default_for = ["acme"] }
      plain = { document = "{\"title\": \"Plain\", \"image\": {}, \"video\": {}, \"audio\": {}, \"document\": {}}" }
    }
  }

  assert {
    condition = jsondecode(aws_s3_object.managed_profiles[0].content) == {
      shop  = { document = file("../profiles/shop.json"), tenants = ["acme", "globex"], defaultFor = ["acme"] }
      plain = { document = "{\"title\": \"Plain\", \"image\": {}, \"video\": {}, \"audio\": {}, \"document\": {}}", tenants = ["*"], defaultFor = [] }
    }
    error_message = "The object has each document as it is written, and its tenants."
  }
  assert {
    condition     = local.settings.MANAGED_PROFILES == aws_s3_object.managed_profiles[0].version_id
    error_message = "The functions are told the version of the object."
  }
}

run "names_that_would_not_do" {
  command = plan
  variables {
    profiles = { default = { document = "../profiles/shop.json" }, Shop = { document = "../profiles/shop.json" } }
  }
  expect_failures = [var.profiles]
}

run "a_file_that_is_not_there" {
  command = plan
  variables {
    profiles = { shop = { document = "../profiles/shopp.json" } }
  }
  expect_failures = [var.profiles]
}

run "a_text_that_is_no_json" {
  command = plan
  variables {
    profiles = { shop = { document = "{\"title\": }" } }
  }
  expect_failures = [var.profiles]
}

run "a_default_for_a_tenant_that_may_not_use_it" {
  command = plan
  variables {
    profiles = { shop = { document = "../profiles/shop.json", tenants = ["acme"], default_for = ["globex"] } }
  }
  expect_failures = [var.profiles]
}

run "two_defaults_of_a_tenant" {
  command = plan
  variables {
    profiles = {
      shop  = { document = "../profiles/shop.json", default_for = ["acme"] }
      other = { document = "../profiles/shop.json", default_for = ["globex", "acme"] }
    }
  }
  expect_failures = [var.profiles]
}

run "a_tenant_that_cannot_be" {
  command = plan
  variables {
    profiles = { shop = { document = "../profiles/shop.json", tenants = ["acme", "*"] } }
  }
  expect_failures = [var.profiles]
}

run "a_profile_without_a_section" {
  command = plan
  variables {
    profiles = { shop = { document = "{\"title\": \"Shop\", \"image\": {}, \"video\": {}, \"audio\": {}}" } }
  }
  expect_failures = [aws_s3_object.managed_profiles]
}

run "more_than_the_operator_allows" {
  command = plan
  variables {
    profiles = {
      large = { document = "{\"title\": \"Large\", \"image\": {\"outputs\": [{\"fit\": \"cover\", \"width\": 6000, \"height\": 6000, \"effort\": 7}]}, \"video\": {\"renditions\": [{\"maxBitrate\": 9200001}]}, \"audio\": {}, \"document\": {}}" }
    }
  }
  expect_failures = [aws_s3_object.managed_profiles]
}

run "as_much_as_the_operator_allows" {
  command = plan
  variables {
    settings = { MAX_PROFILE_PIXELS = 36000000, MAX_PROFILE_EFFORT = 7 }
    profiles = {
      large = { document = "{\"title\": \"Large\", \"image\": {\"outputs\": [{\"fit\": \"cover\", \"width\": 6000, \"height\": 6000, \"effort\": 7}]}, \"video\": {\"renditions\": [{\"maxBitrate\": 9200000}]}, \"audio\": {}, \"document\": {}}" }
    }
  }

  assert {
    condition     = local.profile_demands.large == { MAX_PROFILE_IMAGES = 1, MAX_PROFILE_PIXELS = 36000000, MAX_PROFILE_EFFORT = 7, MAX_PROFILE_RENDITIONS = 1, MAX_PROFILE_BITRATE = 9200000 }
    error_message = "The demands of a profile are counted."
  }
}
