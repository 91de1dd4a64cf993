using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Doorward.Gateway.Pages;

/// <summary>
/// HTML made from an interpolated string: what is written in the source goes out as it stands, every hole is encoded unless it is
/// itself <see cref="Markup"/>. There is no way in for an unencoded string (Razor cannot run in the native gateway).
/// </summary>
internal readonly struct Markup
{
    private readonly string? _html;

    private Markup(string html) => _html = html;

    public static Markup Empty => default;

    public static Markup Of(MarkupBuilder html) => new(html.ToString());

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts));

    public override string ToString() => _html ?? "";
}

[InterpolatedStringHandler]
internal readonly ref struct MarkupBuilder(int literalLength, int formattedCount)
{
    private readonly StringBuilder _html = new(literalLength + (32 * formattedCount));

    public void AppendLiteral(string html) => _html.Append(html);

    public void AppendFormatted(Markup html) => _html.Append(html.ToString());

    public void AppendFormatted(string? text) => _html.Append(HtmlEncoder.Default.Encode(text ?? ""));

    public void AppendFormatted(int number) => _html.Append(number);

    public override string ToString() => _html.ToString();
}
