/** What takes the place of a recognizer that Presidio brings with it. */
export interface PredefinedRecognizer {
  readonly entity: string;
  /** Country whose rules find it; '' when they are always on. */
  readonly country: string;
}

const ENTITIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    AbaRoutingRecognizer: 'ABA_ROUTING_NUMBER',
    CreditCardRecognizer: 'CREDIT_CARD',
    CryptoRecognizer: 'CRYPTO',
    DateRecognizer: 'DATE_TIME',
    EmailRecognizer: 'EMAIL_ADDRESS',
    IbanRecognizer: 'IBAN_CODE',
    IpRecognizer: 'IP_ADDRESS',
    MacAddressRecognizer: 'MAC_ADDRESS',
    MedicalLicenseRecognizer: 'US_DEA_NUMBER',
    PhoneRecognizer: 'PHONE_NUMBER',
    UrlRecognizer: 'URL',
    UsBankRecognizer: 'US_BANK_NUMBER',
    UsItinRecognizer: 'US_ITIN',
    UsLicenseRecognizer: 'US_DRIVER_LICENSE',
    UsMbiRecognizer: 'US_MBI',
    UsNpiRecognizer: 'US_NPI',
    UsPassportRecognizer: 'US_PASSPORT',
    UsSsnRecognizer: 'US_SSN',
  },
  au: {
    AuAbnRecognizer: 'AU_ABN',
    AuAcnRecognizer: 'AU_ACN',
    AuMedicareRecognizer: 'AU_MEDICARE',
    AuTfnRecognizer: 'AU_TFN',
  },
  ca: { CaSinRecognizer: 'CA_SIN' },
  de: {
    DeBsnrRecognizer: 'DE_BSNR',
    DeFuehrerscheinRecognizer: 'DE_FUEHRERSCHEIN',
    DeHandelsregisterRecognizer: 'DE_HANDELSREGISTER',
    DeHealthInsuranceRecognizer: 'DE_HEALTH_INSURANCE',
    DeIdCardRecognizer: 'DE_ID_CARD',
    DeKfzRecognizer: 'DE_KFZ',
    DeLanrRecognizer: 'DE_LANR',
    DePassportRecognizer: 'DE_PASSPORT',
    DePlzRecognizer: 'DE_PLZ',
    DeSocialSecurityRecognizer: 'DE_SOCIAL_SECURITY',
    DeTaxIdRecognizer: 'DE_TAX_ID',
    DeTaxNumberRecognizer: 'DE_TAX_NUMBER',
    DeVatIdRecognizer: 'DE_VAT_ID',
  },
  es: { EsNieRecognizer: 'ES_NIE', EsNifRecognizer: 'ES_NIF', EsPassportRecognizer: 'ES_PASSPORT' },
  fi: { FiPersonalIdentityCodeRecognizer: 'FI_PERSONAL_IDENTITY_CODE' },
  gb: {
    NhsRecognizer: 'UK_NHS',
    UkDrivingLicenceRecognizer: 'UK_DRIVING_LICENCE',
    UkNinoRecognizer: 'UK_NINO',
    UkPassportRecognizer: 'UK_PASSPORT',
    UkPostcodeRecognizer: 'UK_POSTCODE',
    UkVehicleRegistrationRecognizer: 'UK_VEHICLE_REGISTRATION',
  },
  in: {
    InAadhaarRecognizer: 'IN_AADHAAR',
    InGstinRecognizer: 'IN_GSTIN',
    InPanRecognizer: 'IN_PAN',
    InPassportRecognizer: 'IN_PASSPORT',
    InVehicleRegistrationRecognizer: 'IN_VEHICLE_REGISTRATION',
    InVoterRecognizer: 'IN_VOTER',
  },
  it: {
    ItDriverLicenseRecognizer: 'IT_DRIVER_LICENSE',
    ItFiscalCodeRecognizer: 'IT_FISCAL_CODE',
    ItIdentityCardRecognizer: 'IT_IDENTITY_CARD',
    ItPassportRecognizer: 'IT_PASSPORT',
    ItVatCodeRecognizer: 'IT_VAT_CODE',
  },
  kr: {
    KrBrnRecognizer: 'KR_BRN',
    KrDriverLicenseRecognizer: 'KR_DRIVER_LICENSE',
    KrFrnRecognizer: 'KR_FRN',
    KrPassportRecognizer: 'KR_PASSPORT',
    KrRrnRecognizer: 'KR_RRN',
  },
  ng: { NgNinRecognizer: 'NG_NIN', NgVehicleRegistrationRecognizer: 'NG_VEHICLE_REGISTRATION' },
  ph: { PhTinRecognizer: 'PH_TIN' },
  pl: { PlPeselRecognizer: 'PL_PESEL' },
  se: {
    SeOrganisationsnummerRecognizer: 'SE_ORGANISATIONSNUMMER',
    SePersonnummerRecognizer: 'SE_PERSONNUMMER',
  },
  sg: { SgFinRecognizer: 'SG_NRIC_FIN', SgUenRecognizer: 'SG_UEN' },
  th: { ThTninRecognizer: 'TH_TNIN' },
  tr: { TrLicensePlateRecognizer: 'TR_LICENSE_PLATE', TrNationalIdRecognizer: 'TR_NATIONAL_ID' },
  za: { ZaIdNumberRecognizer: 'ZA_ID_NUMBER' },
};

/** Recognizers that rules of this package take the place of, by the name of their class. */
export const predefinedRecognizers: ReadonlyMap<string, PredefinedRecognizer> = new Map(
  Object.entries(ENTITIES).flatMap(([country, entities]) =>
    Object.entries(entities).map(([name, entity]) => [name, { entity, country }] as const),
  ),
);

/** Whether a recognizer asks a language model or a service, which no rule can stand for. */
export function needsModel(name: string): boolean {
  return /^(?:Spacy|Stanza|Transformers|Flair|GLiNER|Azure|HuggingFace)|LangExtract|Ollama|NER/.test(name);
}
