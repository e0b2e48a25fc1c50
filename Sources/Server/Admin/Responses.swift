// What the domain's values look like in responses: their JSON.

import Hummingbird
import Studies

extension User: ResponseEncodable {}
extension Job: ResponseEncodable {}
extension StudyOverview: ResponseEncodable {}
extension Previews.Preview: ResponseEncodable {}
extension Pictures.Stored: ResponseEncodable {}
