// What the domain's values look like in responses: their JSON.

import Exports
import Hummingbird
import Studies

extension User: ResponseEncodable {}
extension Job: ResponseEncodable {}
extension StudyResults: ResponseEncodable {}
