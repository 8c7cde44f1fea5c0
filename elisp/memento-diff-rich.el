;;; memento-diff-rich.el --- Syntax and changed words in a review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Highlighting the syntax of a hunk's language and what changed within its lines takes a mode and a process of diff.  So it
;; is done when the person pauses, of what is on the screen, and moving never waits for it.  It does what `diff-font-lock-syntax'
;; and `diff-refine' do, and obeys them, but with text properties: thousands of hunks would leave a hundred times as many overlays.
;;
;; The lines come from the whole file where it still has them, else from the hunk alone.  Modes are set without hooks, without
;; local variables, and in a buffer that visits nothing.

;;; Code:

(require 'memento-diff-items)
(require 'diff-mode)

(defcustom memento-diff-rich-delay 0.05
  "Seconds of idleness before syntax and changed words are highlighted."
  :group 'memento-diff
  :type 'number)

(defconst memento--diff-rich-limit 60000
  "Hunks of more characters are left without changed words.")

(defconst memento--diff-rich-line-limit 2000
  "Hunks with a line of more characters are left without changed words.")

(defconst memento--diff-source-limit 500000
  "Of files with more characters, the syntax of hunks is that of the hunks alone.")

(defvar-local memento--diff-rich-queue nil "What is to be highlighted, a list of (ITEM BEGINNING END).")
(defvar-local memento--diff-rich-timer nil "The timer that will highlight it, or nil.")
(defvar-local memento--diff-rich-cache nil "What was found of the last hunks: an alist of (ITEM . SPANS).")
(defvar-local memento--diff-rich-sources nil "Buffers with whole files: an alist of ((FILE . SIDE) . BUFFER).")

;;;; When

(defun memento--diff-rich-wanted (item beginning end)
  "Highlight the text from BEGINNING to END, of ITEM, when there is time."
  (when (and (< beginning end)
             (not (text-property-not-all beginning end 'invisible nil)))
    (push (list item beginning end) memento--diff-rich-queue)
    (unless memento--diff-rich-timer
      (setq memento--diff-rich-timer
            (run-with-idle-timer memento-diff-rich-delay nil #'memento--diff-rich-later (current-buffer))))))

(defun memento--diff-rich-later (buffer)
  "Highlight what waits for it in BUFFER, until somebody types."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (setq memento--diff-rich-timer nil)
      (memento--diff-rich-all #'input-pending-p)
      (when memento--diff-rich-queue
        (setq memento--diff-rich-timer
              (run-with-idle-timer (time-add (or (current-idle-time) 0) memento-diff-rich-delay)
                                   nil #'memento--diff-rich-later buffer))))))

(defun memento--diff-rich-all (&optional stop)
  "Highlight what waits for it, until the function STOP yields non-nil.
What is not on the screen any more waits for being displayed again."
  (let ((shown (mapcar (lambda (window) (cons (window-start window) (window-end window t)))
                       (get-buffer-window-list nil nil t))))
    (while (and memento--diff-rich-queue (not (and stop (funcall stop))))
      (pcase-let ((`(,item ,beginning ,end) (pop memento--diff-rich-queue)))
        (when (and (< item (length memento--diff-items))
                   (<= (memento--diff-beginning item) beginning end (memento--diff-end item)))
          (if (seq-some (pcase-lambda (`(,from . ,to)) (and (< beginning to) (> end from))) shown)
              (memento--diff-rich item beginning end)
            (with-silent-modifications
              (put-text-property beginning end 'fontified nil))))))))

(defun memento--diff-rich-end ()
  "Stop highlighting, for `kill-buffer-hook'."
  (when memento--diff-rich-timer
    (cancel-timer memento--diff-rich-timer))
  (pcase-dolist (`(,_ . ,buffer) memento--diff-rich-sources)
    (when (buffer-live-p buffer)
      (kill-buffer buffer))))

(defun memento--diff-rich (item beginning end)
  "Highlight what is between BEGINNING and END of ITEM."
  (let ((start (memento--diff-beginning item)))
    (with-silent-modifications
      (pcase-dolist (`(,from ,to ,face) (memento--diff-rich-spans item beginning end))
        (let ((from (max beginning (+ start from))) (to (min end (+ start to))))
          (when (< from to)
            (add-face-text-property from to face)))))))

(defun memento--diff-rich-spans (item beginning end)
  "Return what is to be highlighted in ITEM: a list of (FROM TO FACE).
Positions are counted from the start of the item.  Of a very long hunk that is
what is between BEGINNING and END alone."
  (if (> (- (memento--diff-end item) (memento--diff-beginning item)) memento--diff-rich-limit)
      (ignore-errors (memento--diff-syntax item beginning end))
    (let ((known (assq item memento--diff-rich-cache)))
      (unless known
        (setq known (cons item (memento--diff-rich-find item))
              memento--diff-rich-cache (cons known (seq-take memento--diff-rich-cache 15))))
      (cdr known))))

(defun memento--diff-rich-find (item)
  "Find what is to be highlighted in ITEM."
  ;; Nothing that goes wrong here may disturb a review: then there is less colour.
  (append (ignore-errors (memento--diff-syntax item (memento--diff-beginning item) (memento--diff-end item)))
          (ignore-errors (memento--diff-refined item))))

;;;; Changed words

(defun memento--diff-long-line-p (beginning end)
  "Return non-nil if there is a very long line between BEGINNING and END."
  (save-excursion
    (goto-char beginning)
    (catch 'long
      (while (< (point) end)
        (let ((bol (point)))
          (forward-line 1)
          (when (> (- (point) bol) memento--diff-rich-line-limit)
            (throw 'long t)))))))

(defun memento--diff-refined (item)
  "Return what changed within the lines of the hunk ITEM."
  (let ((beginning (memento--diff-beginning item))
        (end (memento--diff-end item))
        spans)
    (when (and diff-refine (not (memento--diff-long-line-p beginning end)))
      (unwind-protect
          (save-excursion
            (goto-char beginning)
            (diff-refine-hunk)
            (dolist (overlay (overlays-in beginning end))
              (when (and (eq (overlay-get overlay 'diff-mode) 'fine) (overlay-get overlay 'face))
                (push (list (- (overlay-start overlay) beginning) (- (overlay-end overlay) beginning)
                            (overlay-get overlay 'face))
                      spans))))
        (remove-overlays beginning end 'diff-mode 'fine)))
    spans))

;;;; Syntax

(defun memento--diff-side (item side beginning end)
  "Return the lines of the hunk ITEM on SIDE between BEGINNING and END.
That is (NUMBER . LINES): the number in the file of the first one, and a list of
\(OFFSET ORIGIN . TEXT), with where TEXT stands, counted from the start of the
item, and the character before it."
  (let ((start (memento--diff-beginning item))
        (number (memento--diff-hunk-line item side))
        (other (if (eq side 'old) ?+ ?-))
        lines)
    (save-excursion
      (goto-char start)
      (forward-line 1)
      (while (< (point) end)
        (unless (memq (char-after) (list other ?\\))
          (if (< (line-end-position) beginning)
              (setq number (1+ number))
            (push (cons (- (1+ (point)) start)
                        (cons (char-after)
                              (buffer-substring-no-properties (min (1+ (point)) (line-end-position)) (line-end-position))))
                  lines)))
        (forward-line 1)))
    (cons number (nreverse lines))))

(defun memento--diff-syntax-p ()
  "Return non-nil if syntax is to be highlighted.
With few colours that would hide which lines were added and removed."
  (and diff-font-lock-syntax
       (or noninteractive (>= (display-color-cells) 88))))

(defun memento--diff-syntax (item beginning end)
  "Return the syntax of the hunk ITEM between BEGINNING and END."
  (when (and (memento--diff-syntax-p) (memento--diff-hunk-p item))
    (let ((removed (and (save-excursion
                          (goto-char (memento--diff-beginning item))
                          (forward-line 1)
                          (re-search-forward "^-" end t))
                        (memento--diff-syntax-side item 'old ?- beginning end))))
      ;; Lines that both sides have are highlighted as in the new one.
      (append removed (memento--diff-syntax-side item 'new nil beginning end)))))

(defun memento--diff-syntax-side (item side only beginning end)
  "Return the syntax of the hunk ITEM on SIDE between BEGINNING and END.
With ONLY it is that of the lines that start so."
  (pcase-let* ((`(,number . ,lines) (memento--diff-side item side beginning end))
               (text (mapconcat #'cddr lines "\n"))
               (place (and lines (memento--diff-source-place item side number text)))
               (spans nil))
    (when place
      (with-current-buffer (car place)
        (let ((at (cdr place)))
          (font-lock-ensure at (+ at (length text)))
          (pcase-dolist (`(,offset ,origin . ,line) lines)
            (let ((end (+ at (length line))))
              (when (or (null only) (eq only origin))
                (setq spans (memento--diff-face-spans at end (- offset at) spans)))
              (setq at (1+ end)))))))
    spans))

(defun memento--diff-face-spans (from to shift spans)
  "Push the faces between FROM and TO, moved by SHIFT, onto SPANS; return that."
  (while (< from to)
    (let ((next (next-single-property-change from 'face nil to))
          (face (get-text-property from 'face)))
      (when face
        (push (list (+ from shift) (+ next shift) face) spans))
      (setq from next)))
  spans)

(defun memento--diff-hunk-line (item side)
  "Return the number of the first line of the hunk ITEM on SIDE."
  (save-excursion
    (goto-char (memento--diff-beginning item))
    (if (looking-at diff-hunk-header-re-unified)
        (string-to-number (match-string (if (eq side 'old) 1 3)))
      1)))

(defun memento--diff-source-place (item side number text)
  "Return where TEXT, of the hunk ITEM on SIDE, is in a source.
That is (BUFFER . POSITION).  NUMBER is its line in the file.  Where the whole
file does not have it, the buffer is one with TEXT alone."
  (let* ((file (plist-get (memento--diff-item item) :file))
         (whole (memento--diff-source file side))
         (at (and whole (with-current-buffer whole (memento--diff-source-find text number)))))
    (if at
        (cons whole at)
      (when-let ((only (memento--diff-source file nil)))
        (with-current-buffer only
          (erase-buffer)
          (insert text "\n")
          (cons only (point-min)))))))

(defun memento--diff-source-find (text line)
  "Return where TEXT is in the current buffer, a whole file, about LINE, or nil."
  (goto-char (point-min))
  (forward-line (1- line))
  (let ((case-fold-search nil))
    (cond
     ((string-empty-p text) nil)
     ((and (<= (+ (point) (length text)) (point-max))
           (string= text (buffer-substring-no-properties (point) (+ (point) (length text)))))
      (point))
     ;; The file has changed above it.
     ((progn (goto-char (point-min)) (search-forward text nil t)) (match-beginning 0)))))

(defun memento--diff-source (file side)
  "Return a buffer in the mode of FILE with it as it is on SIDE, or nil.
Without a SIDE the buffer is for text of the file."
  (let* ((key (cons file side))
         (known (assoc key memento--diff-rich-sources)))
    (unless (and known (or (null (cdr known)) (buffer-live-p (cdr known))))
      (pcase-dolist (`(,_ . ,buffer) (seq-drop memento--diff-rich-sources 8))
        (when (buffer-live-p buffer)
          (kill-buffer buffer)))
      (setq known (cons key (ignore-errors (memento--diff-source-make (memento--diff-file file) side)))
            memento--diff-rich-sources (cons known (seq-take memento--diff-rich-sources 8))))
    (cdr known)))

(defun memento--diff-source-make (file side)
  "Return a new buffer with FILE as it is on SIDE, or nil where it is not there."
  (let* ((root default-directory)
         (path (or (and (eq side 'old) (plist-get file :old-path)) (plist-get file :path)))
         (name (expand-file-name path root))
         (base (plist-get memento--diff-request :base))
         (buffer (generate-new-buffer (format " *memento diff %s*" path)))
         made)
    (unwind-protect
        (with-current-buffer buffer
          (setq default-directory root
                buffer-undo-list t)
          (when (pcase side
                  ('nil t)
                  ('new (and (file-regular-p name)
                             (< (file-attribute-size (file-attributes name)) memento--diff-source-limit)
                             (insert-file-contents name)))
                  (_ (and (not (eq (plist-get file :change) 'added))
                          (let ((coding-system-for-read 'undecided))
                            (eq 0 (call-process "git" nil '(t nil) nil "show" (format "%s:%s" base path))))
                          (< (buffer-size) memento--diff-source-limit))))
            (memento--diff-source-mode name)
            (setq made buffer)))
      (unless made
        (kill-buffer buffer)))
    made))

(defun memento--diff-source-mode (name)
  "Set the mode of the current buffer as for the file NAME, quietly."
  (let ((enable-local-variables nil)
        (enable-local-eval nil)
        (enable-dir-local-variables nil)
        (inhibit-message t)
        (message-log-max nil)
        (warning-minimum-level :emergency)
        (warning-minimum-log-level :emergency)
        (buffer-file-name name)
        (change-major-mode-after-body-hook nil))
    (delay-mode-hooks (set-auto-mode)))
  (setq-local font-lock-defaults (or font-lock-defaults '(nil t)))
  (setq-local kill-buffer-query-functions nil)
  (set-buffer-modified-p nil))

(provide 'memento-diff-rich)
;;; memento-diff-rich.el ends here
