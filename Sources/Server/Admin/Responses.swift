// What the domain's values look like in responses: their JSON.

import Hummingbird
import Studies

extension User: ResponseEncodable {}
extension Job: ResponseEncodable {}
extension WatchSnapshot: ResponseEncodable {}
extension PersonRecord: ResponseEncodable {}
extension GenerationRecord: ResponseEncodable {}
extension Intervention.Outcome: ResponseEncodable {}
