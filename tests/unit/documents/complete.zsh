# Types LINE and a tab into a zsh of its own and waits until it shows TEXT.
# usage: zsh -f complete.zsh FOLDER-OF-_billhouse LINE TEXT
zmodload zsh/zpty
zpty person "TERM=dumb COLUMNS=500 zsh -f -i"
zpty -w person "unsetopt prompt_cr prompt_sp zle_bracketed_paste 2>/dev/null; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D; PS1='rea''dy> '"
zpty -r person shown '*ready> *'
zpty -w -n person "$2"$'\t'
zpty -r person shown "*${(b)3}*"
zpty -d person
