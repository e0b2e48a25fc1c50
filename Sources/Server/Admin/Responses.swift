// What the domain's values look like in responses: their JSON.

import Hummingbird
import Studies

extension User: ResponseEncodable {}
extension Job: ResponseEncodable {}
