/**
 * Words that programs and their documentation put where a secret would stand, or build identifiers of:
 * `my_secret_key`, `invalidPassword`, `test-token`. Words people choose as passwords do not belong here:
 * a value made of nothing but these is taken for text.
 */
export const plainWords: string =
  'a abc about absent accept accepted access accessed accessible account accounts action actions activate active ' +
  'actor actual actually adapter add added adding addr address addresses admin administrator advanced after again ' +
  'against agent alert algorithm alias all allow allowed already also alt always amazing amount an and android ' +
  'another answer any anything api app append application applications apply approval arg args argument ' +
  'arguments arn array as ask asset assets assign async at attach attempt attempts attribute attributes audience ' +
  'audit auth authenticate authenticated authentication authenticator author authority authorization authorize ' +
  'authorized authorizer auto available avatar aws azure back backend backup bad bar base basic batch baz be bearer ' +
  'before begin behavior being beta between bin binary bind binding bit blank blob block blocked blog body bold ' +
  'bool boolean both bot bottom bound boundary branch broken browser bucket buffer bug build builder built bundle ' +
  'button by bypass byte bytes cache call callback called caller calls can cancel candidate cannot case cast cat ' +
  'category cert certificate certificates chain change changed changes channel char character characters chars ' +
  'chat check checked checker checksum child choose chunk cipher circle claim claims class classes clean clear ' +
  'cleartext click client clients clock clone close closed cloud cluster code codes codec col collection color ' +
  'column columns com command commands comment commit common compare compile complete component components ' +
  'compressed compute con condition conf config configuration configurations configure configured confirm ' +
  'confirmation confirmed conflict connect connected connection connections console const constant constants ' +
  'consumer contact contain container contains content contents context continue control controller controls ' +
  'conversion convert cookie cookies copy core correct could count counter country create created creates creating ' +
  'creation creator cred credential credentials creds cross cron crypto css csv curl current currently cursor custom ' +
  'customer daily dashboard data database databases date datetime day days db debug decode decoder decrypt ' +
  'decrypted default defaults define defined definition delay delete deleted delegate delta demo denied deny ' +
  'dependency deploy deployment derive derived desc description descriptor design dest destination destroy detail ' +
  'details detect dev develop developer development device devices dialog dict dictionary did diff different digest ' +
  'digit digits dir direct directory disable disabled disconnect disk display dispose do doc docker docs document ' +
  'documents does domain domains done down download draft driver drop dry dummy dump duplicate duration dynamic ' +
  'each edge edit editor effect element elements else email emails embed empty enable enabled encode encoded encoder ' +
  'encoding encrypt encrypted encryption end endpoint engine ensure enter entered enterprise entities entity entries ' +
  'entry enum env environment equal equals error errors escape even event events every exact example examples except ' +
  'exception exceptions exchange exclude exec execute exist existing exists exit expect expected expire expired ' +
  'expires expiration expiry export express expression extend extended extension external extra facebook factory ' +
  'fail failed failure fake false favorite feature features feed fetch few field fields file filename files fill ' +
  'filter filters final find finder finish fingerprint firebase first fix fixed fixture fixtures flag flags flex ' +
  'float flow flows flush folder follow following foo fooled foobar footer for force foreign forget forgot ' +
  'forgotten fork form format formatted forms forward found frame free friendly from front full func function ' +
  'functions future game gateway gen general generate generated generator generic get getter git github gitlab ' +
  'give given global go good google grant granted graph graphql group groups guest guide hack had handle handler ' +
  'handshake has hash hashed hasher hashes have header headers health hello help helper here hex hidden hide high ' +
  'hint history hmac home hook hooks host hostname hosts hour hours how html http https icon id identifier ' +
  'identity ids idx if ignore ignored image images impl implementation import in include included including ' +
  'incorrect index info init initial initialize inline inner input inputs insert inside insecure install instance ' +
  'instances instead int integer integration interface internal interval into invalid invitation invite invited ' +
  'invites is issue issued issuer it item items its java javascript job jobs john join json jwk jwt kafka key ' +
  'keyboard keychain keys keystore kind kit know known label labels lambda language last later latest launch layer ' +
  'layout ldap leaf leave left legacy len length less let letter letters level lib library license light like limit ' +
  'line link links list listen listener lists little load loaded loader loading local localhost locale location ' +
  'lock locked log logged logger login logout long longer look lookup loop lost low lower machine made mail main ' +
  'make manage managed management manager manifest manual many map mapper mapping maps mark markdown mask masked ' +
  'master match matched matcher max may me media mega member members memory menu merge message messages meta metadata ' +
  'method methods metric metrics middleware migration min mine minimum minute minutes mismatch missing mix mobile ' +
  'mock mocked mode model models modify module modules mongo mongodb monitor month more most mount move moved ' +
  'ms much multi multiple must mutation my mysql name named names namespace native need needed needs nested ' +
  'network never new next nice no node nodes none nonce normal not note notes nothing notification notifications ' +
  'notify now null num number numbers oauth object objects of off offset ok okay old on once one online only open ' +
  'operation operations operator option optional options or order org organization origin original other our out ' +
  'output outside over overflow override own owner owners pack package packages packet pad padding page pages pair ' +
  'panel paper param parameter parameters params parent parse parsed parser part partial partition parts party ' +
  'pass passed passing passphrase passport passwd passwds password passwords past patch path paths pattern pay ' +
  'payload payment peer pem pending per perform permission permissions person personal phone phrase pick ping ' +
  'pipeline place placeholder plain plaintext plan platform play player please plugin plugins plus point pointer ' +
  'policies policy pool pop port portal ports position post postgres prefix prepare present preview previous ' +
  'price primary principal print private privilege process processor prod product production profile profiles ' +
  'program progress project projects prompt prop properties property props protect protected protocol provide ' +
  'provided provider providers proxy pub public publish publisher pull purpose push put pwd python query question ' +
  'queue quick quote random range rate raw re read reader readonly ready real really reason receive received record ' +
  'records recover recovery redirect redis reduce ref refer reference refresh region register registered registration ' +
  'registry regular rejected relation release remember remote remove removed rename render renew replace replaced ' +
  'replication repo report repository request requested requester requests require required requirements requires ' +
  'reset resolve resource resources response responses rest restore restriction restricted result results retrieve ' +
  'retry return returned returns reuse review revoke revoked right role roles room root rotate rotation round route ' +
  'router row rows rsa ruby rule rules run runner runtime safe salt same sample sandbox save saved say scan schedule ' +
  'schema scope scopes screen script scripts sdk seal search second secondary seconds secret secrets section secure ' +
  'secured security seed select selected self send sender sent sentinel separator sequence serial serialize server ' +
  'servers service services session sessions set setting settings setup several sha shared shell short should show ' +
  'sign signature signed signer signing signup simple since single site sites size skip slack slave slot small ' +
  'smart smtp snapshot social socket some someone something sort source sources space spec special specific ' +
  'specified sql ssh ssl stack stage staging standard star start started state statement static stats status step ' +
  'still stop storage store stored str strategy stream strength string strings strong style sub subject submit ' +
  'subscribe subscription success successful such suffix suite super supplied support supported sure svc switch ' +
  'symbol symmetric sync syntax system tab table tables tag tags target task tasks team temp template templates ' +
  'temporary tenant terminal test tested tester testing tests text than that the their them then there these they ' +
  'thing this thread through thumbnail ticket time timeout times timestamp title to today toggle token tokens too ' +
  'tool tools top topic total track traffic transaction transfer transform transport tree trigger true trust ' +
  'trusted try twitter two type types ui unauthorized undefined under unique unit unknown unless unlock unset until ' +
  'update updated updates upgrade upload upper uri url urls usage use used user username users using util utils ' +
  'valid validate validated validation validator value values var variable variables vault vendor verbose ' +
  'verification verified verifier verify version very via video view views virtual visible visit wait wallet want ' +
  'warning was watch way we web webhook website well were what when where which while white who whole why widget ' +
  'width window windows with within without word words work worker workers workflow working workspace world would ' +
  'wrapper write writer wrong xml yaml year yes yet you your zero zone ' +
  'availability challenge pkcs pw utf scram sid await qwertz letmein insecurely ' +
  'alpha attacker bob alice alphanumeric appid bla blah credit different doe eve fizz buzz fred haha hashing helloworld jane ' +
  'joe lorem ipsum dolor mary mongoose mypass mykey mysecret mytoken myuser nobody obscured officially official qux ' +
  'quux quuz redacted sanitized shh signin somebody stub supersecret testpass testuser tests thud truncated ' +
  'unused whatever xyz xxx yyy zzz zzzz';
