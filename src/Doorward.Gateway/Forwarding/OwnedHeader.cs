namespace Doorward.Gateway.Forwarding;

/// <summary>A request header that only the gateway may set towards an upstream. A name that ends with <c>*</c> stands for all that begin so.</summary>
internal sealed record OwnedHeader(string Name, string Why)
{
    public bool IsPrefix => Name.EndsWith('*');

    /// <summary>The name, or what names begin with.</summary>
    public string Match => IsPrefix ? Name[..^1] : Name;
}
