// What the domain's values look like in responses: their JSON.

import Exports
import Hummingbird
import Studies

extension User: ResponseEncodable {}
extension Job: ResponseEncodable {}
extension StudyResults: ResponseEncodable {}
extension PaymentSheet: ResponseEncodable {}
extension PaymentMarking: ResponseEncodable {}
extension ReviewList: ResponseEncodable {}
extension ReviewedText: ResponseEncodable {}
extension ModelOverview: ResponseEncodable {}
extension WatchSnapshot: ResponseEncodable {}
extension PersonRecord: ResponseEncodable {}
extension GenerationRecord: ResponseEncodable {}
extension Intervention.Outcome: ResponseEncodable {}
extension StudyOverview: ResponseEncodable {}
extension Previews.Preview: ResponseEncodable {}
extension Pictures.Stored: ResponseEncodable {}
extension ReturnedSubmissions: ResponseEncodable {}
