namespace Doorward.Agent.Keys.Pkcs11;

/// <summary>Places in CK_FUNCTION_LIST (PKCS #11 2.40, section 3.6), counted from C_Initialize.</summary>
internal enum Pkcs11Function
{
    Initialize = 0,
    GetSlotList = 4,
    GetTokenInfo = 6,
    OpenSession = 12,
    CloseSession = 13,
    Login = 18,
    DestroyObject = 22,
    GetAttributeValue = 24,
    FindObjectsInit = 26,
    FindObjects = 27,
    FindObjectsFinal = 28,
    SignInit = 42,
    Sign = 43,
    GenerateKeyPair = 59,
}

/// <summary>CK_ATTRIBUTE_TYPE.</summary>
internal enum Pkcs11Attribute : ulong
{
    Class = 0x000,
    Token = 0x001,
    Private = 0x002,
    Label = 0x003,
    KeyType = 0x100,
    Id = 0x102,
    Sensitive = 0x103,
    Sign = 0x108,
    Verify = 0x10A,
    Extractable = 0x162,
    Local = 0x163,
    NeverExtractable = 0x164,
    AlwaysSensitive = 0x165,
    EcParameters = 0x180,
    EcPoint = 0x181,
}

/// <summary>CK_OBJECT_CLASS, CK_KEY_TYPE, CK_MECHANISM_TYPE and flags that we use.</summary>
internal static class Pkcs11Constants
{
    public const nuint PublicKeyClass = 2;
    public const nuint PrivateKeyClass = 3;
    public const nuint EcKeyType = 3;
    public const nuint EcKeyPairGeneration = 0x1040;
    public const nuint Ecdsa = 0x1041;
    public const nuint SerialSession = 4;
    public const nuint ReadWriteSession = 2;
    public const nuint NormalUser = 1;
    public const nuint OsLocking = 2;
}
