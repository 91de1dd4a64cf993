using System.Runtime.InteropServices;

namespace Doorward.Agent.Keys.Pkcs11;

/// <summary>A session with a token, logged in. One thing at a time.</summary>
internal sealed unsafe class Pkcs11Session : IDisposable
{
    private const nuint AlreadyLoggedIn = 0x100;
    private const int MostObjects = 16;
    private readonly Pkcs11Module _module;
    private readonly nuint _session;

    public Pkcs11Session(Pkcs11Module module, nuint slot, ReadOnlySpan<byte> pin)
    {
        _module = module;
        nuint session;
        Pkcs11Module.Check("C_OpenSession", ((delegate* unmanaged[Cdecl]<nuint, nuint, void*, void*, nuint*, nuint>)module.At(Pkcs11Function.OpenSession))(
            slot, Pkcs11Constants.SerialSession | Pkcs11Constants.ReadWriteSession, null, null, &session));
        _session = session;
        try
        {
            Login(pin);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The objects whose attributes have these values.</summary>
    public nuint[] Find(Pkcs11Template template)
    {
        var attributes = template.ToArray();
        fixed (NativeAttribute* first = attributes)
        {
            Pkcs11Module.Check("C_FindObjectsInit", ((delegate* unmanaged[Cdecl]<nuint, NativeAttribute*, nuint, nuint>)_module.At(Pkcs11Function.FindObjectsInit))(
                _session, first, (nuint)attributes.Length));
        }

        var found = stackalloc nuint[MostObjects];
        nuint count = 0;
        var code = ((delegate* unmanaged[Cdecl]<nuint, nuint*, nuint, nuint*, nuint>)_module.At(Pkcs11Function.FindObjects))(_session, found, MostObjects, &count);
        ((delegate* unmanaged[Cdecl]<nuint, nuint>)_module.At(Pkcs11Function.FindObjectsFinal))(_session);
        Pkcs11Module.Check("C_FindObjects", code);
        return new ReadOnlySpan<nuint>(found, (int)Math.Min(count, MostObjects)).ToArray();
    }

    /// <summary>An attribute's value; empty when the object has none.</summary>
    public byte[] Read(nuint handle, Pkcs11Attribute type)
    {
        const int largest = 1024;
        var value = stackalloc byte[largest];
        var attribute = new NativeAttribute { Type = (nuint)type, Value = value, Length = largest };
        var code = ((delegate* unmanaged[Cdecl]<nuint, nuint, NativeAttribute*, nuint, nuint>)_module.At(Pkcs11Function.GetAttributeValue))(
            _session, handle, &attribute, 1);
        return code == 0 && attribute.Length <= largest ? new ReadOnlySpan<byte>(value, (int)attribute.Length).ToArray() : [];
    }

    public (nuint Public, nuint Private) Generate(nuint mechanism, Pkcs11Template publicKey, Pkcs11Template privateKey)
    {
        var (outer, inner) = (publicKey.ToArray(), privateKey.ToArray());
        var native = new NativeMechanism { Type = mechanism };
        nuint publicHandle, privateHandle;
        fixed (NativeAttribute* first = outer, second = inner)
        {
            var generate = (delegate* unmanaged[Cdecl]<nuint, NativeMechanism*, NativeAttribute*, nuint, NativeAttribute*, nuint, nuint*, nuint*, nuint>)
                _module.At(Pkcs11Function.GenerateKeyPair);
            Pkcs11Module.Check("C_GenerateKeyPair", generate(
                _session, &native, first, (nuint)outer.Length, second, (nuint)inner.Length, &publicHandle, &privateHandle));
        }

        return (publicHandle, privateHandle);
    }

    public byte[] Sign(nuint mechanism, nuint key, ReadOnlySpan<byte> data)
    {
        const int largest = 512;
        var native = new NativeMechanism { Type = mechanism };
        Pkcs11Module.Check("C_SignInit", ((delegate* unmanaged[Cdecl]<nuint, NativeMechanism*, nuint, nuint>)_module.At(Pkcs11Function.SignInit))(_session, &native, key));
        var signature = stackalloc byte[largest];
        nuint length = largest;
        fixed (byte* first = data)
        {
            Pkcs11Module.Check("C_Sign", ((delegate* unmanaged[Cdecl]<nuint, byte*, nuint, byte*, nuint*, nuint>)_module.At(Pkcs11Function.Sign))(
                _session, first, (nuint)data.Length, signature, &length));
        }

        return length <= largest ? new ReadOnlySpan<byte>(signature, (int)length).ToArray() : throw new DeviceKeyException("the module gave a signature that is longer than there was room");
    }

    public void Dispose() => ((delegate* unmanaged[Cdecl]<nuint, nuint>)_module.At(Pkcs11Function.CloseSession))(_session);

    private void Login(ReadOnlySpan<byte> pin)
    {
        fixed (byte* first = pin)
        {
            var code = ((delegate* unmanaged[Cdecl]<nuint, nuint, byte*, nuint, nuint>)_module.At(Pkcs11Function.Login))(
                _session, Pkcs11Constants.NormalUser, first, (nuint)pin.Length);
            if (code != AlreadyLoggedIn) Pkcs11Module.Check("C_Login", code);
        }
    }

    // CK_MECHANISM without a parameter
    private struct NativeMechanism
    {
        public nuint Type;
#pragma warning disable CS0649 // null and 0: there is no parameter
        public void* Parameter;
        public nuint Length;
#pragma warning restore CS0649
    }
}

/// <summary>CK_ATTRIBUTE.</summary>
internal unsafe struct NativeAttribute
{
    public nuint Type;
    public void* Value;
    public nuint Length;
}

/// <summary>Attributes with their values, in memory that stays where it is until this is disposed of.</summary>
internal sealed unsafe class Pkcs11Template : IDisposable
{
    private readonly List<NativeAttribute> _attributes = [];

    public Pkcs11Template With(Pkcs11Attribute type, ReadOnlySpan<byte> value)
    {
        var memory = NativeMemory.Alloc((nuint)Math.Max(value.Length, 1));
        value.CopyTo(new Span<byte>(memory, value.Length));
        _attributes.Add(new NativeAttribute { Type = (nuint)type, Value = memory, Length = (nuint)value.Length });
        return this;
    }

    public Pkcs11Template With(Pkcs11Attribute type, bool value) => With(type, [value ? (byte)1 : (byte)0]);

    public Pkcs11Template With(Pkcs11Attribute type, nuint value) => With(type, MemoryMarshal.AsBytes(new ReadOnlySpan<nuint>(in value)));

    public NativeAttribute[] ToArray() => [.. _attributes];

    public void Dispose()
    {
        foreach (var attribute in _attributes) NativeMemory.Free(attribute.Value);
        _attributes.Clear();
    }
}
