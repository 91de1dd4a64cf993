namespace Doorward.Gateway;

/// <summary>A setting that stops the start; the message says what is wrong and what to do.</summary>
public sealed class GatewayOptionsException : Exception
{
    public GatewayOptionsException()
    {
    }

    public GatewayOptionsException(string message)
        : base(message)
    {
    }

    public GatewayOptionsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
