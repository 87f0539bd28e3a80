import 'openapi-fetch';
import '#kernel'; // breaks: contracts-stand-alone
