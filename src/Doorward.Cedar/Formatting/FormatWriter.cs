using System.Text;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Formatting;

/// <summary>Puts tokens into lines, each with its indentation and its comments. A comment behind a token ends the line.</summary>
internal sealed class FormatWriter
{
    private const string Step = "  ";

    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _isLineStart = true;
    private bool _mustBreak;

    public int Column { get; private set; }

    public int Margin => _depth * Step.Length;

    public void Indent() => _depth++;

    public void Outdent() => _depth--;

    public void BlankLine()
    {
        NewLine();
        if (_text.Length > 0) _text.Append('\n');
    }

    public void NewLine()
    {
        _mustBreak = false;
        if (_isLineStart) return;
        _text.Append('\n');
        _isLineStart = true;
        Column = 0;
    }

    public void Write(FormatToken token, bool withSpace)
    {
        if (token.Before.Count > 0 || _mustBreak) NewLine();
        foreach (var comment in token.Before)
        {
            Append(comment);
            NewLine();
        }
        if (token.Kind == TokenKind.End) return;
        if (withSpace && !_isLineStart) Append(" ");
        Append(token.Text);
        if (token.Behind is null) return;
        Append($" {token.Behind}");
        _mustBreak = true;
    }

    public override string ToString()
    {
        NewLine();
        return _text.ToString();
    }

    private void Append(string text)
    {
        if (_isLineStart)
        {
            for (var i = 0; i < _depth; i++) _text.Append(Step);
            Column = Margin;
        }
        _isLineStart = false;
        _text.Append(text);
        Column += text.Length;
    }
}
